import { graphNames, type EmittedGraph, type FloatTensor } from '@tally/core';
import type { InferenceSession } from 'onnxruntime-node';
import { openSession, toTensor } from '../train/session.ts';
import { pixelBatch, type Pixels } from './pixels.ts';

/** Images per run: small, because whole feature maps come out. */
export const CALIBRATION_BATCH = 10;

/** How a pass over images is run. */
export interface PassOptions {
  readonly threads: number;
  readonly batch?: number;
  /** Images done so far. */
  readonly onImages?: (done: number) => void;
}

/**
 * Runs an emitted graph over all images, batch after batch.
 *
 * @param onBatch outputs of a batch, and how many of its images are images (the last batch is filled up).
 */
export async function runOverImages(
  emitted: EmittedGraph,
  parameters: ReadonlyMap<string, FloatTensor>,
  pixels: Pixels,
  onBatch: (outputs: InferenceSession.OnnxValueMapType, present: number, start: number) => void,
  { threads, batch = CALIBRATION_BATCH, onImages }: PassOptions,
): Promise<void> {
  const feeds = Object.fromEntries(
    emitted.parameters.map(({ name }) => {
      const tensor = parameters.get(name);
      if (tensor === undefined) throw new Error(`the parameter '${name}' has no values`);
      return [graphNames.parameter(name), toTensor(tensor)];
    }),
  );
  const session = await openSession(emitted.bytes, threads);
  try {
    for (let start = 0; start < pixels.count; start += batch) {
      const outputs = await session.run({ ...feeds, [graphNames.images]: pixelBatch(pixels, start, batch) });
      const present = Math.min(batch, pixels.count - start);
      onBatch(outputs, present, start);
      onImages?.(start + present);
    }
  } finally {
    await session.release();
  }
}
