import {
  elementCount,
  float64Graph,
  float64Names,
  graphNames,
  hasQuantizers,
  inferenceGraph,
  type EvaluationArithmetic,
  type Model,
} from '@tally/core';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { openSession, outputOf } from '../train/session.ts';
import type { ScoreEngine } from './engine.ts';

/** Images per run of a session. The last ones of a set are filled up, so that every run has one shape. */
const BATCH = 8;
/** In float64: its values take twice the memory. */
const BATCH_FLOAT64 = 4;
/** Runs per session and chunk. */
const RUNS = 4;

type FloatScores = Float32Array | Float64Array;

/** Runs of whole batches on several sessions at once; scores come in the order of the images. */
export async function scoreInBatches(
  images: Uint8Array,
  count: number,
  batch: number,
  sessions: number,
  run: (session: number, images: Uint8Array) => Promise<FloatScores>,
): Promise<FloatScores> {
  const pixels = images.length / count;
  const runs = Math.ceil(count / batch);
  const parts = new Array<FloatScores>(runs);
  let next = 0;
  const serve = async (_: unknown, session: number): Promise<void> => {
    while (next < runs) {
      const index = next++;
      const part = images.subarray(index * batch * pixels, (index + 1) * batch * pixels);
      const whole = new Uint8Array(batch * pixels);
      whole.set(part);
      parts[index] = await run(session, whole);
    }
  };
  await Promise.all(Array.from({ length: sessions }, serve));
  const classes = parts[0].length / batch;
  const total = runs * batch * classes;
  const scores = parts[0] instanceof Float64Array ? new Float64Array(total) : new Float32Array(total);
  parts.forEach((part, index) => scores.set(part, index * batch * classes));
  return scores.subarray(0, count * classes);
}

/**
 * A model by ONNX Runtime, its quantizers (if any) active. Each session runs on one thread: sums are then made in
 * one order, whatever the number of threads.
 */
export async function floatEngine(
  model: Model,
  hash: string,
  threads: number,
  { name, residualFractionBits, pooledFractionBits, normalized }: EvaluationArithmetic,
): Promise<ScoreEngine> {
  const isFloat32 = name === 'float32';
  const batch = isFloat32 ? BATCH : BATCH_FLOAT64;
  const bytes = isFloat32
    ? inferenceGraph(model, { batch })
    : float64Graph(model, {
        batch,
        residualFractionBits,
        pooledFractionBits: new Map(Object.entries(pooledFractionBits)),
        normalized: new Map(Object.entries(normalized)),
      });
  const names = isFloat32 ? graphNames : float64Names;
  const sessions: InferenceSession[] = await Promise.all(
    Array.from({ length: threads }, () => openSession(bytes, 1)),
  );
  const { shape } = model.graph.input;
  const run = async (session: number, images: Uint8Array): Promise<FloatScores> => {
    const feeds = { [names.images]: new Tensor('uint8', images, [batch, ...shape]) };
    return outputOf(await sessions[session].run(feeds), names.logits).data as FloatScores;
  };
  // One run tells the number of classes.
  const classes = (await run(0, new Uint8Array(batch * elementCount(shape)))).length / batch;
  return {
    form: hasQuantizers(model.graph) ? 'fake-quantized' : 'float',
    name: model.graph.name,
    hash,
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
