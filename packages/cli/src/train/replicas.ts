import { Worker } from 'node:worker_threads';
import type { FloatTensor } from '@tally/core';
import { nextMessage } from '../workers/next-message.ts';
import type { Batch } from './batches.ts';
import type { ReplicaAnswer, ReplicaRequest, ReplicaStart } from './replica-messages.ts';
import type { StepRunner, StepStart, TrainingState } from './step-runner.ts';

/** How long a process that leaves waits for the runs of its threads, at most. */
const LONGEST_WAIT_MS = 10_000;

/**
 * The mean of the states that replicas come to from one state. It is the state after a step on the mean of their gradients, as an SGD
 * step is linear in the gradient; the exception are quantizer steps that would more than halve or double, which are held before the mean.
 */
export function meanState(states: readonly TrainingState[]): TrainingState {
  const first = states.at(0);
  if (first === undefined) throw new Error('there are no states to average');
  const meanOf = (name: string, { shape, data }: FloatTensor): FloatTensor => {
    // Summed in float64 and in the order of the replicas: the same bits whichever was done first.
    const sums = new Float64Array(data.length);
    for (const state of states) {
      const values = state.get(name)?.data;
      if (values?.length !== sums.length) throw new Error(`a replica lacks '${name}'`);
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (values[i] ?? 0);
    }
    const mean = new Float32Array(sums.length);
    for (let i = 0; i < mean.length; i++) mean[i] = (sums[i] ?? 0) / states.length;
    return { shape, data: mean };
  };
  return new Map([...first].map(([name, tensor]) => [name, meanOf(name, tensor)]));
}

/** The parts of a batch, equal in size and in order. */
function partsOf(
  { images, labels }: Batch,
  count: number,
): readonly Omit<ReplicaRequest, 'state' | 'learningRate'>[] {
  const [batch = 0, ...shape] = images.dims;
  const codes = images.data as Uint8Array;
  const each = batch / count;
  const pixels = codes.length / count;
  return Array.from({ length: count }, (_, part) => ({
    images: codes.slice(part * pixels, (part + 1) * pixels),
    shape: [each, ...shape],
    labels: (labels.data as BigInt64Array).slice(part * each, (part + 1) * each),
  }));
}

/** The thread's next answer; rejects when the replica fails or its thread ends. */
async function nextAnswer(worker: Worker): Promise<Exclude<ReplicaAnswer, { readonly kind: 'failed' }>> {
  const answer = await nextMessage<ReplicaAnswer>(worker, "a replica's thread");
  if (answer.kind === 'failed') throw new Error(answer.text);
  return answer;
}

async function endOf(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return; // ended already
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage(null);
  await ended;
}

/**
 * Data-parallel training: every batch in equal parts, each on a thread of its own, and the mean of what they come to. Batch norms see
 * the statistics of their part alone, as replicas of PyTorch's DistributedDataParallel do; running ones are the mean.
 *
 * @param start of every replica; its graphs are for a part of a batch, its threads those of one replica
 */
export async function openReplicas(start: StepStart, replicas: number): Promise<StepRunner> {
  // TypeScript when run from source, else what it was compiled to.
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './replica-worker.ts' : './replica-worker.js', import.meta.url);
  const busy = new Int32Array(new SharedArrayBuffer(replicas * Int32Array.BYTES_PER_ELEMENT));
  const workers = Array.from({ length: replicas }, (_, index) => {
    const workerData: ReplicaStart = { ...start, busy, index };
    return new Worker(entry, { workerData, ...(source ? { execArgv: ['--conditions=source'] } : {}) });
  });
  // onnxruntime aborts the process when a thread ends within a run: a process that leaves early waits for its runs.
  const waitForRuns = (): void => {
    for (let index = 0; index < replicas; index++) Atomics.wait(busy, index, 1, LONGEST_WAIT_MS);
  };
  process.once('exit', waitForRuns);
  const close = async (): Promise<void> => {
    await Promise.all(workers.map(endOf));
    process.off('exit', waitForRuns);
  };
  const ready = await Promise.allSettled(workers.map(nextAnswer));
  for (const outcome of ready) {
    if (outcome.status === 'fulfilled') continue;
    await close();
    throw outcome.reason;
  }
  return {
    async step(state, batch, learningRate) {
      const parts = partsOf(batch, replicas);
      const answers = await Promise.all(
        workers.map(async (worker, index) => {
          worker.postMessage({ ...parts[index], state, learningRate });
          const answer = await nextAnswer(worker);
          if (answer.kind !== 'stepped') throw new Error('a replica answered out of turn');
          return answer;
        }),
      );
      return {
        state: meanState(answers.map((answer) => answer.state)),
        loss: answers.reduce((sum, { loss }) => sum + loss, 0) / replicas,
        correct: answers.reduce((sum, { correct }) => sum + correct, 0),
      };
    },
    close,
  };
}
