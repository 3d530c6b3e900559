// Entry of a worker thread: one replica of a network in data-parallel training. `null` ends it.
import { parentPort, workerData } from 'node:worker_threads';
import { Tensor } from 'onnxruntime-node';
import type { ReplicaAnswer, ReplicaRequest, ReplicaStart } from './replica-messages.ts';
import { openStepRunner } from './step-runner.ts';

const port = parentPort;
if (port === null) throw new Error('replica-worker runs as a worker thread only');
const answer = (message: ReplicaAnswer): void => port.postMessage(message);
const failed = (error: unknown): void =>
  answer({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });

const { busy, index, ...start } = workerData as ReplicaStart;

/** Runs `work`, all of which is within onnxruntime; whoever ends the process waits for it. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  Atomics.store(busy, index, 1);
  try {
    return await work();
  } finally {
    Atomics.store(busy, index, 0);
    Atomics.notify(busy, index);
  }
}

const opened = alone(() => openStepRunner(start));
opened.then(() => answer({ kind: 'ready' }), failed);

async function serve(request: ReplicaRequest | null): Promise<void> {
  if (request === null) {
    port?.close();
    await (await opened).close();
    return;
  }
  const runner = await opened;
  const { state, images, shape, labels, learningRate } = request;
  const batch = {
    images: new Tensor('uint8', images, [...shape]),
    labels: new Tensor('int64', labels, [labels.length]),
  };
  answer({ kind: 'stepped', ...(await alone(() => runner.step(state, batch, learningRate))) });
}

port.on('message', (request: ReplicaRequest | null) => void serve(request).catch(failed));
