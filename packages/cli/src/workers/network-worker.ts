// Entry of a worker thread: one kernel executor, fed with images.
import { parentPort, workerData } from 'node:worker_threads';
import { createKernelExecutor, TallyError, type KernelExecutor } from '@tally/core';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './messages.ts';

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
  let run = executor.start();
  port?.on('message', (request: WorkerRequest) => {
    guarded(() => {
      switch (request.kind) {
        case 'start':
          run = executor.start({ histogramDigitBits: request.histogramDigitBits });
          answer({ kind: 'started' });
          break;
        case 'images': {
          const outputs = run.add(request.images, request.count);
          answer({ kind: 'outputs', outputs }, [outputs.buffer as ArrayBuffer]);
          break;
        }
        case 'histogram': {
          const histogram = run.histogram(request.layer);
          if (histogram === null) throw new Error(`the levels of ${request.layer} are not counted`);
          answer({ kind: 'histogram', histogram }, [histogram.counts.buffer as ArrayBuffer]);
          break;
        }
        default:
          request satisfies never;
      }
    });
  });
  answer({ kind: 'ready', memoryBytes: executor.memoryBytes(), batch: executor.batch });
}

guarded(() => {
  const { network } = workerData as WorkerStart;
  serve(createKernelExecutor(network));
});
