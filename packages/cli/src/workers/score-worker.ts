// Entry of a worker thread: one float executor, fed with images.
import { parentPort, workerData } from 'node:worker_threads';
import {
  createFloatExecutor,
  elementCount,
  findOperator,
  normalize,
  TallyError,
  type FloatExecutor,
  type OnnxTensor,
} from '@tally/core';
import type { ScoreAnswer, ScoreStart } from './score-pool.ts';

const port = parentPort;
if (port === null) throw new Error('score-worker runs as a worker thread only');

const { graph, table, batch, shape, isNormalised } = workerData as ScoreStart;
const [, rows, columns] = shape;
const [input] = graph.inputs;
const [output] = graph.outputs;
let executor: FloatExecutor | null = null;

function scoresOf(images: Uint8Array): Float32Array {
  executor ??= createFloatExecutor(graph, findOperator);
  const tensor: OnnxTensor = isNormalised
    ? { type: 'float32', shape: [batch, ...shape], data: normalize(images, rows * columns, table) }
    : { type: 'uint8', shape: [batch, ...shape], data: images };
  const { outputs } = executor.run(new Map([[input, tensor]]));
  return Float32Array.from(outputs.get(output)!.data as Float32Array, Number);
}

port.on('message', (images: Uint8Array) => {
  let answer: ScoreAnswer;
  try {
    if (images.length !== batch * elementCount(shape)) throw new RangeError('no whole batch of images');
    answer = { kind: 'scores', scores: scoresOf(images) };
  } catch (error) {
    const issues = error instanceof TallyError ? error.issues : [];
    answer = { kind: 'failed', issues, text: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
});
