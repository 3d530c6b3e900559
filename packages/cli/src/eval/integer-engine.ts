import {
  elementCount,
  histogramDigitBits,
  inferTypes,
  type Chip,
  type LevelHistogram,
  type NetworkFile,
} from '@tally/core';
import { addHistogram } from '../workers/histograms.ts';
import { startPool } from '../workers/index.ts';
import type { ScoreEngine } from './engine.ts';

/**
 * What a thread gets in one chunk: enough for all threads to work without waiting for each other, little enough
 * for the first chunk to be decoded soon.
 */
const CHUNK_BYTES = 5 * 2 ** 20;
const MOST_IMAGES = 512;

/**
 * The integer network on worker threads, its levels counted for the chip.
 *
 * @param before histograms of images scored by an earlier run that this one continues.
 * @throws TallyError when the network is not legal.
 */
export async function integerEngine(
  { network, hash }: NetworkFile,
  chip: Chip,
  threads: number,
  before: ReadonlyMap<string, LevelHistogram>,
): Promise<ScoreEngine> {
  const pool = await startPool(network, threads);
  const run = await pool.start(histogramDigitBits(network, chip));
  const { shape } = network.input;
  return {
    form: 'integer',
    name: network.name,
    hash,
    shape,
    classes: elementCount(inferTypes(network).get(network.output)!.shape),
    chunk: threads * Math.max(1, Math.min(MOST_IMAGES, Math.floor(CHUNK_BYTES / elementCount(shape)))),
    score: (images, count) => run.score(images, count),
    async histograms() {
      const sums = new Map(await run.histograms());
      // Into the new ones: what an earlier run left stays as it is.
      for (const [id, histogram] of before) addHistogram(sums, id, histogram);
      return sums;
    },
    close: () => pool.close(),
  };
}
