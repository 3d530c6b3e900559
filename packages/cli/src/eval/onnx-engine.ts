import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  elementCount,
  fail,
  normalizationTable,
  normalize,
  type Normalization,
  type OnnxModel,
} from '@tally/core';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { openSession, outputOf } from '../train/session.ts';
import type { ScoreEngine } from './engine.ts';
import { scoreInBatches } from './float-engine.ts';

/** Images per run where the file leaves the batch open. */
const BATCH = 8;
const RUNS = 4;

/** The one image input of a network: name, batch and shape `[channels, rows, columns]`. */
function imageInput(
  { graph }: OnnxModel,
  path: string,
): { readonly name: string; readonly batch: number; readonly shape: readonly number[] } {
  const input = graph.inputs.at(0);
  const [batch, ...shape] = input?.shape ?? [];
  const sizes = shape.filter((size) => typeof size === 'number');
  if (input === undefined || graph.inputs.length > 1 || sizes.length !== shape.length || shape.length !== 3) {
    return fail(
      'onnx-input-not-images',
      `${path}.graph.inputs`,
      `are ${graph.inputs.map(({ name, shape: dims }) => `${name} [${dims?.join(', ') ?? '?'}]`).join(', ')}; must be one input [batch, channels, rows, columns] with known sizes`,
      'export the network with a fixed image size, and with one input',
    );
  }
  return { name: input.name, batch: typeof batch === 'number' ? batch : BATCH, shape: sizes };
}

/**
 * An ONNX file as it is, in float32 by ONNX Runtime, on normalised images: what an imported network is
 * compared with.
 *
 * @param bytes of `path`; `model` is what they decode to.
 */
export async function onnxEngine(
  bytes: Uint8Array,
  model: OnnxModel,
  path: string,
  normalization: Normalization,
  threads: number,
): Promise<ScoreEngine> {
  const { name, batch, shape } = imageInput(model, path);
  const sessions: InferenceSession[] = await Promise.all(
    Array.from({ length: threads }, () => openSession(bytes, 1)),
  );
  const table = normalizationTable(normalization);
  const [, rows = 1, columns = 1] = shape;
  const [output] = model.graph.outputs;
  const run = async (session: number, images: Uint8Array): Promise<Float32Array> => {
    const data = normalize(images, rows * columns, table);
    const results = await sessions[session].run({ [name]: new Tensor('float32', data, [batch, ...shape]) });
    return outputOf(results, output.name).data as Float32Array;
  };
  const classes = (await run(0, new Uint8Array(batch * elementCount(shape)))).length / batch;
  return {
    form: 'float',
    name: basename(path).replace(/\.onnx$/, ''),
    hash: createHash('sha256').update(bytes).digest('hex'),
    shape,
    classes,
    chunk: threads * batch * RUNS,
    score: (images, count) => scoreInBatches(images, count, batch, threads, run),
    histograms: () => new Map(),
    close: async () => {
      await Promise.all(sessions.map((session) => session.release()));
    },
  };
}
