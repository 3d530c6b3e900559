import { Worker } from 'node:worker_threads';
import {
  checkImages,
  elementCount,
  inferTypes,
  TallyError,
  type LevelHistogram,
  type Network,
  type RunResult,
} from '@tally/core';
import { addHistogram } from './histograms.ts';
import type { WorkerAnswer, WorkerStart, WorkerTask } from './messages.ts';

/** Options of a run on several threads. */
export interface ParallelRunOptions {
  /** As `RunOptions.histogramDigitBits` of the core. */
  readonly histogramDigitBits?: ReadonlyMap<string, number>;
  /** Called after each finished part with the number of images done so far. */
  readonly progress?: (done: number) => void;
  /** Stops the run; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Threads that hold a network each, ready to run. */
export interface WorkerPool {
  /**
   * Runs images on all threads. The result does not depend on their number.
   *
   * @param images unsigned codes, shape `[count, ...network.input.shape]`.
   * @throws TallyError as the core's executors do; the signal's reason when aborted.
   */
  run(images: Uint8Array, count: number, options?: ParallelRunOptions): Promise<RunResult>;
  /** Bytes of WebAssembly memory of all threads, when started. */
  readonly memoryBytes: number;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Parts per thread: few enough to cost nothing, enough for even loads and a lively progress bar. */
const PARTS_PER_THREAD = 8;
/** Histograms are merged once per part, so with them a part has at least this many images. */
const LEAST_COUNTED_IMAGES = 128;

/** Images that a part has at least. */
function leastImages(histogramDigitBits: ReadonlyMap<string, number>): number {
  return histogramDigitBits.size > 0 ? LEAST_COUNTED_IMAGES : 1;
}

/** At most how many threads find a part to run among `count` images. */
export function usefulThreads(
  count: number,
  { histogramDigitBits = new Map() }: ParallelRunOptions = {},
): number {
  return Math.max(1, Math.ceil(count / leastImages(histogramDigitBits)));
}

/** Beside this file: TypeScript when run from source, else what it was compiled to. */
function startWorker(network: Network): Worker {
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './network-worker.ts' : './network-worker.js', import.meta.url);
  const workerData: WorkerStart = { network };
  return new Worker(entry, { workerData, ...(source ? { execArgv: ['--conditions=source'] } : {}) });
}

/** The worker's next answer; rejects when it fails or ends. */
function nextAnswer(worker: Worker): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      act();
    };
    const onMessage = (message: WorkerAnswer): void => {
      settle(() => {
        if (message.kind !== 'failed') resolve(message);
        else reject(message.issues.length > 0 ? new TallyError(message.issues) : new Error(message.text));
      });
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`a worker thread ended early with code ${code}`)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}

/**
 * Starts `threads` workers with the network.
 *
 * @throws TallyError when the network is not legal.
 */
export async function startPool(network: Network, threads: number): Promise<WorkerPool> {
  const types = inferTypes(network);
  const pixels = elementCount(network.input.shape);
  const classes = elementCount(types.get(network.output)!.shape);
  const workers = Array.from({ length: Math.max(1, threads) }, () => startWorker(network));
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  let memoryBytes = 0;
  let batch = 1;
  try {
    for (const answer of await Promise.all(workers.map(nextAnswer))) {
      if (answer.kind !== 'ready') continue;
      memoryBytes += answer.memoryBytes;
      batch = answer.batch;
    }
  } catch (error) {
    await close();
    throw error;
  }

  const run = async (
    images: Uint8Array,
    count: number,
    { histogramDigitBits = new Map(), progress, signal }: ParallelRunOptions = {},
  ): Promise<RunResult> => {
    checkImages(network, images, count);
    signal?.throwIfAborted();
    const shared = new Uint8Array(new SharedArrayBuffer(images.length));
    shared.set(images);
    const wanted = Math.max(
      leastImages(histogramDigitBits),
      Math.ceil(count / (workers.length * PARTS_PER_THREAD)),
    );
    const part = Math.ceil(wanted / batch) * batch;
    const outputs = new Int32Array(count * classes);
    const histograms = new Map<string, LevelHistogram>();
    let next = 0;
    let done = 0;
    const serve = async (worker: Worker): Promise<void> => {
      while (next < count) {
        signal?.throwIfAborted();
        const first = next;
        const size = Math.min(part, count - first);
        next += size;
        const task: WorkerTask = {
          kind: 'task',
          task: first,
          images: shared.subarray(first * pixels, (first + size) * pixels),
          count: size,
          histogramDigitBits,
        };
        worker.postMessage(task);
        const answer = await nextAnswer(worker);
        if (answer.kind !== 'done') throw new Error('a worker thread answered out of turn');
        outputs.set(answer.outputs, answer.task * classes);
        for (const [id, histogram] of answer.histograms) addHistogram(histograms, id, histogram);
        done += size;
        progress?.(done);
      }
    };
    // Every thread comes to rest before an error is passed on, so that the pool can be used again.
    const settled = await Promise.allSettled(workers.map(serve));
    for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
    return { outputs, histograms };
  };
  return { run, memoryBytes, close };
}
