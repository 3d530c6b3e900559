import { Worker } from 'node:worker_threads';
import { TallyError, type Network } from '@tally/core';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './messages.ts';
import { nextMessage } from './next-message.ts';

type Answer<Kind extends WorkerAnswer['kind']> = Extract<WorkerAnswer, { readonly kind: Kind }>;

/** Starts a worker beside this file: TypeScript when run from source, else what it was compiled to. */
export function startWorker(network: Network): Worker {
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './network-worker.ts' : './network-worker.js', import.meta.url);
  const workerData: WorkerStart = { network };
  return new Worker(entry, { workerData, ...(source ? { execArgv: ['--conditions=source'] } : {}) });
}

/** The worker's next answer, which must be of this kind; rejects when the worker fails or ends. */
export async function nextAnswer<Kind extends WorkerAnswer['kind']>(
  worker: Worker,
  kind: Kind,
): Promise<Answer<Kind>> {
  const message = await nextMessage<WorkerAnswer>(worker, 'a worker thread');
  if (message.kind === kind) return message as Answer<Kind>;
  if (message.kind !== 'failed') throw new Error('a worker thread answered out of turn');
  throw message.issues.length > 0 ? new TallyError(message.issues) : new Error(message.text);
}

/** Sends a request and waits for its answer; one request at a time. */
export function ask<Kind extends WorkerAnswer['kind']>(
  worker: Worker,
  request: WorkerRequest,
  kind: Kind,
): Promise<Answer<Kind>> {
  worker.postMessage(request);
  return nextAnswer(worker, kind);
}
