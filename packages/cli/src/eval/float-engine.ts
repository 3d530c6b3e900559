import { elementCount, graphNames, inferenceGraph, type EvaluationForm, type Model } from '@tally/core';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { openSession, outputOf } from '../train/session.ts';
import type { ScoreEngine } from './engine.ts';

/** Images per run of a session. The last ones of a set are filled up, so that every run has one shape. */
const BATCH = 8;
/** Runs per session and chunk. */
const RUNS = 4;

/** Runs of whole batches on several sessions at once; scores come in the order of the images. */
export async function scoreInBatches(
  images: Uint8Array,
  count: number,
  batch: number,
  sessions: number,
  run: (session: number, images: Uint8Array) => Promise<Float32Array>,
): Promise<Float32Array> {
  const pixels = images.length / count;
  const runs = Math.ceil(count / batch);
  const parts = new Array<Float32Array>(runs);
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
  const scores = new Float32Array(runs * batch * classes);
  parts.forEach((part, index) => scores.set(part, index * batch * classes));
  return scores.subarray(0, count * classes);
}

/** True when the model has quantizers. */
export function isQuantized({ graph }: Model): boolean {
  return graph.nodes.some(
    (node) =>
      node.kind === 'quantize' ||
      ((node.kind === 'conv' || node.kind === 'fully-connected') && node.weightQuantizer !== null),
  );
}

/**
 * A model in float32 by ONNX Runtime, its quantizers (if any) active. Each session runs on one thread:
 * sums are then made in one order, whatever the number of threads.
 */
export async function floatEngine(model: Model, hash: string, threads: number): Promise<ScoreEngine> {
  const bytes = inferenceGraph(model, { batch: BATCH });
  const sessions: InferenceSession[] = await Promise.all(
    Array.from({ length: threads }, () => openSession(bytes, 1)),
  );
  const { shape } = model.graph.input;
  const run = async (session: number, images: Uint8Array): Promise<Float32Array> => {
    const feeds = { [graphNames.images]: new Tensor('uint8', images, [BATCH, ...shape]) };
    return outputOf(await sessions[session].run(feeds), graphNames.logits).data as Float32Array;
  };
  const form: EvaluationForm = isQuantized(model) ? 'fake-quantized' : 'float';
  // One run tells the number of classes.
  const classes = (await run(0, new Uint8Array(BATCH * elementCount(shape)))).length / BATCH;
  return {
    form,
    name: model.graph.name,
    hash,
    shape,
    classes,
    chunk: threads * BATCH * RUNS,
    score: (images, count) => scoreInBatches(images, count, BATCH, threads, run),
    histograms: () => new Map(),
    close: async () => {
      await Promise.all(sessions.map((session) => session.release()));
    },
  };
}
