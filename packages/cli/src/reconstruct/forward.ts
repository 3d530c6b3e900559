import {
  blockForwardGraph,
  blockNames,
  valueShapes,
  weightShapesOf,
  type FloatTensor,
  type ModelGraph,
} from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import type { Pixels } from '../calibrate/pixels.ts';
import { openSession, outputOf, toTensor } from '../train/session.ts';
import { FeatureCache } from './feature-cache.ts';

/** Images per run. */
const BATCH = 10;

/**
 * Runs a block in inference mode over the images or an earlier block's outputs, batch after batch.
 *
 * @param onBatch the outputs of the images from `first` on.
 */
async function runBlock(
  block: ModelGraph,
  parameters: ReadonlyMap<string, FloatTensor>,
  input: FeatureCache | Pixels,
  threads: number,
  onBatch: (values: Float32Array, first: number) => void,
  count = input.count,
): Promise<void> {
  const images = !(input instanceof FeatureCache);
  const batch = Math.min(BATCH, count);
  const emitted = blockForwardGraph(block, weightShapesOf(block, parameters), { batch, images });
  const feeds: Record<string, Tensor> = {};
  for (const name of emitted.parameters) {
    const tensor = parameters.get(name);
    if (tensor === undefined) throw new Error(`block ${block.name}: no parameter '${name}'`);
    feeds[blockNames.parameter(name)] = toTensor(tensor);
  }
  const session = await openSession(emitted.bytes, threads);
  try {
    for (let first = 0; first < count; first += batch) {
      const present = Math.min(batch, count - first);
      const outputs = await session.run({
        ...feeds,
        [blockNames.input]: batchOf(input, first, present, batch),
      });
      const values = outputOf(outputs, blockNames.output).data as Float32Array;
      onBatch(values.subarray(0, (values.length / batch) * present), first);
    }
  } finally {
    await session.release();
  }
}

/**
 * A block's outputs for all images.
 *
 * @param into a cache whose memory may be overwritten, the input's own if nobody needs it afterwards: an image is
 *   read before its place is written. Taken only when an output is no larger than what it replaces.
 */
export async function forwardBlock(
  block: ModelGraph,
  parameters: ReadonlyMap<string, FloatTensor>,
  input: FeatureCache | Pixels,
  threads: number,
  into?: FeatureCache,
): Promise<FeatureCache> {
  const shape = valueShapes(block, weightShapesOf(block, parameters)).get(block.output) ?? [];
  const output = new FeatureCache(input.count, shape, into);
  await runBlock(block, parameters, input, threads, (values, first) => output.write(first, values));
  return output;
}

/** Images that a block's error is measured on, at most: it is reported, nothing depends on it. */
const MEASURED = 100;

/**
 * Squared error of a block's output: sum over channels, mean over pixels and the first 100 images; and the
 * target's mean square.
 */
export async function blockError(
  block: ModelGraph,
  parameters: ReadonlyMap<string, FloatTensor>,
  input: FeatureCache,
  target: FeatureCache,
  threads: number,
): Promise<{ readonly error: number; readonly signal: number }> {
  let error = 0;
  let signal = 0;
  const wanted = new Float32Array(BATCH * target.size);
  const count = Math.min(MEASURED, target.count);
  const onBatch = (values: Float32Array, first: number): void => {
    target.read(first, values.length / target.size, wanted);
    for (let i = 0; i < values.length; i++) {
      const t = wanted[i] ?? 0;
      const difference = (values[i] ?? 0) - t;
      error += difference * difference;
      signal += t * t;
    }
  };
  await runBlock(block, parameters, input, threads, onBatch, count);
  const pixels = count * (target.size / (target.shape[0] ?? 1));
  return { error: error / pixels, signal: signal / pixels };
}

/** Images `start` .. `start + present - 1`, filled up with zeros to the batch. */
function batchOf(input: FeatureCache | Pixels, start: number, present: number, batch: number): Tensor {
  const shape = [batch, ...input.shape];
  const size = input.shape.reduce((product, extent) => product * extent, 1);
  if (input instanceof FeatureCache) {
    const values = new Float32Array(batch * size);
    input.read(start, present, values);
    return new Tensor('float32', values, shape);
  }
  const codes = new Uint8Array(batch * size);
  codes.set(input.data.subarray(start * size, (start + present) * size));
  return new Tensor('uint8', codes, shape);
}
