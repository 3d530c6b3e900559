import { inferTypes, type LevelHistogram, type Network, type RunResult } from '@tally/core';
import { nextAnswer, startWorker } from './link.ts';
import { startPoolRun, type PoolRun, type ScoreOptions } from './pool-run.ts';

/** Options of a run on several threads. */
export interface ParallelRunOptions extends ScoreOptions {
  /** As `RunOptions.histogramDigitBits` of the core. */
  readonly histogramDigitBits?: ReadonlyMap<string, number>;
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
  /**
   * Begins a run whose images come in several calls; it ends the one before.
   *
   * @throws TallyError for histogram options that do not fit the network
   */
  start(histogramDigitBits: ReadonlyMap<string, number>): Promise<PoolRun>;
  /** Bytes of WebAssembly memory of all threads, when started. */
  readonly memoryBytes: number;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** The counters of each thread are gone through once, at the end, which must be worth it. */
const LEAST_COUNTED_IMAGES = 128;

/** At most how many threads find enough to do among `count` images. */
export function usefulThreads(
  count: number,
  { histogramDigitBits = new Map() }: ParallelRunOptions = {},
): number {
  return Math.max(1, Math.ceil(count / (histogramDigitBits.size > 0 ? LEAST_COUNTED_IMAGES : 1)));
}

/**
 * Starts `threads` workers with the network.
 *
 * @throws TallyError when the network is not legal.
 */
export async function startPool(network: Network, threads: number): Promise<WorkerPool> {
  inferTypes(network);
  const workers = Array.from({ length: Math.max(1, threads) }, () => startWorker(network));
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  let memoryBytes = 0;
  let batch = 1;
  try {
    for (const ready of await Promise.all(workers.map((worker) => nextAnswer(worker, 'ready')))) {
      memoryBytes += ready.memoryBytes;
      batch = ready.batch;
    }
  } catch (error) {
    await close();
    throw error;
  }
  const start = (histogramDigitBits: ReadonlyMap<string, number>): Promise<PoolRun> =>
    startPoolRun({ network, workers, batch }, histogramDigitBits);
  return {
    start,
    async run(images, count, { histogramDigitBits = new Map<string, number>(), ...options } = {}) {
      const whole = await start(histogramDigitBits);
      const outputs = await whole.score(images, count, options);
      const histograms: ReadonlyMap<string, LevelHistogram> = await whole.histograms();
      return { outputs, histograms };
    },
    memoryBytes,
    close,
  };
}
