import { basename } from 'node:path';
import {
  elementCount,
  fail,
  normalizationTable,
  normalize,
  type EvaluationForm,
  type Normalization,
} from '@tally/core';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import type { OnnxFile } from '../io/onnx.ts';
import { openSession, outputOf } from '../train/session.ts';
import type { ScoreEngine } from './engine.ts';
import { scoreInBatches } from './float-engine.ts';
import { batchOf, type OnnxImageInput } from './onnx-input.ts';

/** Runs per session and chunk. */
const RUNS = 4;

/** x / 255. */
const PLAIN: Normalization = { mean: [0], std: [1] };

/** What an ONNX file is evaluated with. */
export interface OnnxEngineOptions {
  readonly path: string;
  readonly form: EvaluationForm;
  /** Null: x / 255. */
  readonly normalization: Normalization | null;
  readonly threads: number;
}

/** Runs `work`; what ONNX Runtime refuses names the file. */
async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return fail(
      'onnx-runtime-refused',
      path,
      `ONNX Runtime does not run it: ${error instanceof Error ? error.message : String(error)}`,
      'evaluate it with --as imported, or export it again',
    );
  }
}

/**
 * An ONNX file as it is by ONNX Runtime, on normalised images: what an imported network is compared with.
 *
 * @throws TallyError `onnx-runtime-refused`, `onnx-output-not-scores`
 */
export async function onnxEngine(
  { bytes, model, sha256, external }: OnnxFile,
  input: OnnxImageInput,
  { path, form, normalization, threads }: OnnxEngineOptions,
): Promise<ScoreEngine> {
  const { name, shape, type } = input;
  const batch = batchOf(input);
  const sessions: InferenceSession[] = await refusing(path, () =>
    Promise.all(Array.from({ length: threads }, () => openSession(external ? path : bytes, 1))),
  );
  const table = normalizationTable(normalization ?? PLAIN);
  const [, rows, columns] = shape;
  const [output] = model.graph.outputs;
  const run = async (session: number, images: Uint8Array): Promise<Float32Array> => {
    const data = type === 'uint8' ? images : normalize(images, rows * columns, table);
    const results = await sessions[session].run({ [name]: new Tensor(type, data, [batch, ...shape]) });
    const scores = outputOf(results, output.name).data;
    // Integers of an exported integer network: below 2^24 a float32 holds them.
    return scores instanceof Float32Array ? scores : Float32Array.from(scores as Iterable<number>, Number);
  };
  const close = async (): Promise<void> => {
    await Promise.all(sessions.map((session) => session.release()));
  };
  try {
    const first = await refusing(path, () => run(0, new Uint8Array(batch * elementCount(shape))));
    return {
      form,
      name: basename(path).replace(/\.onnx$/, ''),
      hash: sha256,
      shape,
      classes: classesOf(first.length, batch, path),
      chunk: threads * batch * RUNS,
      score: (images, count) => scoreInBatches(images, count, batch, threads, run),
      histograms: () => new Map(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Scores per image. @throws TallyError `onnx-output-not-scores` when the output is not some for each image. */
export function classesOf(scores: number, batch: number, path: string): number {
  if (scores >= 2 * batch && scores % batch === 0) return scores / batch;
  return fail(
    'onnx-output-not-scores',
    `${path}: graph.outputs`,
    `the first has ${scores} elements for ${batch} images, no scores of classes for each`,
    'export the network up to its scores (without ArgMax or TopK); --as imported leaves these out by itself',
  );
}
