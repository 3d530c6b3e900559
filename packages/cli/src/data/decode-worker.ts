// Entry of a worker thread: reads, decodes and transforms pictures.
import { parentPort } from 'node:worker_threads';
import { TallyError } from '@tally/core';
import type { DecodeAnswer, DecodeTask } from './decode-messages.ts';
import { loadImage } from './load-image.ts';

const port = parentPort;
if (port === null) throw new Error('decode-worker runs as a worker thread only');

async function serve({ task, job }: DecodeTask): Promise<void> {
  let answer: DecodeAnswer;
  try {
    answer = { kind: 'done', task, image: await loadImage(job) };
  } catch (error) {
    const issues = error instanceof TallyError ? error.issues : [];
    answer = { kind: 'failed', task, issues, text: error instanceof Error ? error.message : String(error) };
  }
  port?.postMessage(answer, answer.kind === 'done' ? [answer.image.planar.buffer] : []);
}

port.on('message', (task: DecodeTask) => void serve(task));
