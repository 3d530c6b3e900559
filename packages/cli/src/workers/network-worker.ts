// Entry of a worker thread: one kernel executor, fed with tasks.
import { parentPort, workerData } from 'node:worker_threads';
import { createKernelExecutor, TallyError, type KernelExecutor } from '@tally/core';
import type { WorkerAnswer, WorkerStart, WorkerTask } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('network-worker runs as a worker thread only');

const answer = (message: WorkerAnswer, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/** Runs `work`; an error becomes an answer. */
function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    const issues = error instanceof TallyError ? error.issues : [];
    answer({ kind: 'failed', issues, text: error instanceof Error ? error.message : String(error) });
  }
}

function serve(executor: KernelExecutor): void {
  port?.on('message', ({ task, images, count, histogramDigitBits }: WorkerTask) => {
    guarded(() => {
      const { outputs, histograms } = executor.run(images, count, { histogramDigitBits });
      const buffers = [outputs, ...[...histograms.values()].map(({ counts }) => counts)].map(
        ({ buffer }) => buffer as ArrayBuffer,
      );
      answer({ kind: 'done', task, outputs, histograms }, buffers);
    });
  });
  answer({ kind: 'ready', memoryBytes: executor.memoryBytes(), batch: executor.batch });
}

guarded(() => {
  const { network } = workerData as WorkerStart;
  serve(createKernelExecutor(network));
});
