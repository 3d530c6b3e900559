import type { Worker } from 'node:worker_threads';
import { checkImages, elementCount, inferTypes, type LevelHistogram, type Network } from '@tally/core';
import { addHistogram } from './histograms.ts';
import { ask } from './link.ts';

/** How a part of a run goes. */
export interface ScoreOptions {
  /** Called after each finished part with the number of images of this call done so far. */
  readonly progress?: (done: number) => void;
  /** Stops the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A run on all threads of a pool whose images come in any number of calls. Each thread keeps its own counters
 * until they are asked for, so that counting costs the same however the images come.
 */
export interface PoolRun {
  /**
   * Runs some more images, one call at a time; what it gives does not depend on the number of threads.
   *
   * @param images unsigned codes, shape `[count, ...network.input.shape]`
   * @returns outputs, shape `[count, classes]`
   * @throws TallyError as the core's executors do; the signal's reason when aborted
   */
  score(images: Uint8Array, count: number, options?: ScoreOptions): Promise<Int32Array>;
  /** Level histograms over all images so far, of every layer asked for; the run may go on afterwards. */
  histograms(): Promise<ReadonlyMap<string, LevelHistogram>>;
}

/** Parts per thread: few enough to cost nothing, enough for a lively progress bar. */
const PARTS_PER_THREAD = 8;

/** The threads of a pool and what they run. */
export interface PoolWorkers {
  readonly network: Network;
  readonly workers: readonly Worker[];
  /** Images that a thread passes through the layers together. */
  readonly batch: number;
}

/**
 * Begins a run on these threads; it ends the one before.
 *
 * @throws TallyError for histogram options that do not fit the network
 */
export async function startPoolRun(
  { network, workers, batch }: PoolWorkers,
  histogramDigitBits: ReadonlyMap<string, number>,
): Promise<PoolRun> {
  const pixels = elementCount(network.input.shape);
  const classes = elementCount(inferTypes(network).get(network.output)!.shape);
  /** Threads that have had images. */
  const busy = new Set<Worker>();
  await settled(workers.map((worker) => ask(worker, { kind: 'start', histogramDigitBits }, 'started')));

  /** Whole passes over the layers; towards the end smaller parts, so that no thread waits long for another. */
  const partOf = (left: number, count: number): number => {
    const lively = Math.ceil(count / (workers.length * PARTS_PER_THREAD) / batch) * batch;
    const fair = Math.ceil(left / (2 * workers.length));
    return Math.min(lively, fair < batch ? fair : fair - (fair % batch));
  };

  return {
    async score(images, count, { progress, signal } = {}) {
      checkImages(network, images, count);
      signal?.throwIfAborted();
      const shared = new Uint8Array(new SharedArrayBuffer(images.length));
      shared.set(images);
      const outputs = new Int32Array(count * classes);
      let next = 0;
      let done = 0;
      const serve = async (worker: Worker): Promise<void> => {
        while (next < count) {
          signal?.throwIfAborted();
          const first = next;
          const size = partOf(count - first, count);
          next += size;
          busy.add(worker);
          const part = shared.subarray(first * pixels, (first + size) * pixels);
          const answer = await ask(worker, { kind: 'images', images: part, count: size }, 'outputs');
          outputs.set(answer.outputs, first * classes);
          done += size;
          progress?.(done);
        }
      };
      await settled(workers.map(serve));
      return outputs;
    },
    async histograms() {
      const sums = new Map<string, LevelHistogram>();
      // Layer by layer: no more than one layer of each thread is held beside the sums.
      for (const layer of busy.size === 0 ? [] : histogramDigitBits.keys()) {
        const asked = [...busy].map((worker) => ask(worker, { kind: 'histogram', layer }, 'histogram'));
        for (const { histogram } of await settled(asked)) addHistogram(sums, layer, histogram);
      }
      return sums;
    },
  };
}

/** All results; every thread comes to rest before an error is passed on, so that the pool can be used again. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
