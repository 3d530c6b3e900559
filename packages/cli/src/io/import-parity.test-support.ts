import { evalGraph, graphNames, weightShapesOf, type Model } from '@tally/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession, toTensor } from '../train/session.ts';

/** Normalisation of a network's images. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function floats(value: Tensor | undefined): Float32Array {
  if (value?.data instanceof Float32Array) return value.data;
  throw new Error(`expected a float32 output, got ${value?.type ?? 'none'}`);
}

/** Logits of a model as the trainer's inference graph computes them in ONNX Runtime. */
export async function modelLogits({ graph, parameters }: Model, codes: Uint8Array): Promise<Float32Array> {
  const images = codes.length / elements(graph.input.shape);
  const { bytes } = evalGraph(graph, weightShapesOf(graph, parameters), { batch: images });
  const session = await openSession(bytes, 1);
  const feeds: Record<string, Tensor> = {
    [graphNames.images]: new Tensor('uint8', codes, [images, ...graph.input.shape]),
    [graphNames.labels]: new Tensor('int64', new BigInt64Array(images), [images]),
  };
  for (const [name, tensor] of parameters) feeds[graphNames.parameter(name)] = toTensor(tensor);
  const outputs = await session.run(feeds);
  await session.release();
  return floats(outputs[graphNames.logits]);
}

/** What the file itself computes of `(codes / 255 - mean) / std`, image by image, in ONNX Runtime. */
export async function fileLogits(
  file: string | Uint8Array,
  codes: Uint8Array,
  shape: readonly number[],
  { mean, std }: Normalization,
): Promise<Float32Array> {
  // As the file has it: fusing a Pad into an AveragePool, ONNX Runtime 1.30 makes padding that it then refuses.
  const options = {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    graphOptimizationLevel: 'disabled',
  } as const;
  const session =
    typeof file === 'string'
      ? await InferenceSession.create(file, options)
      : await InferenceSession.create(file, options);
  const [input = ''] = session.inputNames;
  const [output = ''] = session.outputNames;
  const size = elements(shape);
  const [channels = 1] = shape;
  const plane = size / channels;
  const logits: Float32Array[] = [];
  for (let first = 0; first < codes.length; first += size) {
    const image = Float32Array.from(codes.subarray(first, first + size), (code, i) => {
      const channel = Math.floor(i / plane);
      return (code / 255 - (mean[channel] ?? NaN)) / (std[channel] ?? NaN);
    });
    const outputs = await session.run({ [input]: new Tensor('float32', image, [1, ...shape]) });
    logits.push(floats(outputs[output]));
  }
  await session.release();
  return Float32Array.from(logits.flatMap((values) => [...values]));
}

/** Largest |a - b|, and the largest |b| to see it against. */
export function largestDifference(
  a: Float32Array,
  b: Float32Array,
): { readonly difference: number; readonly magnitude: number } {
  if (a.length !== b.length || a.length === 0) throw new Error(`${a.length} values against ${b.length}`);
  let [difference, magnitude] = [0, 0];
  for (const [i, value] of a.entries()) {
    difference = Math.max(difference, Math.abs(value - (b[i] ?? NaN)));
    magnitude = Math.max(magnitude, Math.abs(b[i] ?? NaN));
  }
  return { difference, magnitude };
}
