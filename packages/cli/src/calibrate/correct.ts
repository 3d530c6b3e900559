import {
  correctionGraph,
  correctionNames,
  correctLayers,
  graphNames,
  type CorrectionKind,
  type LayerCorrection,
  type Model,
} from '@tally/core';
import { openSession, outputOf, scalarOf, toTensor } from '../train/session.ts';
import { pixelBatch, type Pixels } from './pixels.ts';
import type { PassOptions } from './run-graph.ts';

/** How far a layer's output was from the full-precision one, before and after its correction; mean squares. */
export interface CorrectedLayer {
  readonly layer: string;
  readonly before: number;
  readonly after: number;
  /** Variance of the full-precision output. */
  readonly signal: number;
}

/** Images per run: statistics of a batch want many. */
const BATCH = 20;

/**
 * Corrects the layers of a quantized model, one on top of the other, so that their outputs are like the
 * full-precision ones per channel. Each batch gives corrections of all layers; their means are applied. Images
 * that do not fill a batch are left out, unless there are too few for one.
 */
export async function correctOverImages(
  parent: Model,
  model: Model,
  kind: CorrectionKind,
  pixels: Pixels,
  options: PassOptions,
): Promise<{ readonly model: Model; readonly layers: readonly CorrectedLayer[] }> {
  const batch = Math.min(options.batch ?? BATCH, pixels.count);
  const batches = Math.floor(pixels.count / batch);
  const graph = correctionGraph(parent, model, kind, { batch });
  const feeds = Object.fromEntries([...graph.feeds].map(([name, tensor]) => [name, toTensor(tensor)]));
  const sums = new Map(
    graph.layers.map((layer) => [
      layer,
      { scale: [] as number[], offset: [] as number[], before: 0, after: 0, signal: 0 },
    ]),
  );
  const session = await openSession(graph.bytes, options.threads);
  try {
    for (let index = 0; index < batches; index++) {
      const outputs = await session.run({
        ...feeds,
        [graphNames.images]: pixelBatch(pixels, index * batch, batch),
      });
      const add = (sum: readonly number[], name: string): number[] => {
        const values = outputOf(outputs, name).data as Float32Array;
        return Array.from(values, (value, c) => (sum[c] ?? 0) + value);
      };
      for (const [layer, sum] of sums) {
        sum.scale = add(sum.scale, correctionNames.scale(layer));
        sum.offset = add(sum.offset, correctionNames.offset(layer));
        sum.before += scalarOf(outputs, correctionNames.before(layer)) / batches;
        sum.after += scalarOf(outputs, correctionNames.after(layer)) / batches;
        sum.signal += scalarOf(outputs, correctionNames.signal(layer)) / batches;
      }
      options.onImages?.((index + 1) * batch);
    }
  } finally {
    await session.release();
  }
  // Divided once at the end: a scale of 1 in every batch stays 1.
  const corrections = new Map<string, LayerCorrection>(
    [...sums].map(([layer, { scale, offset }]) => [
      layer,
      { scale: scale.map((sum) => sum / batches), offset: offset.map((sum) => sum / batches) },
    ]),
  );
  return {
    model: correctLayers(model, corrections),
    layers: [...sums].map(([layer, { before, after, signal }]) => ({ layer, before, after, signal })),
  };
}
