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

/** Images a thread gets in one chunk: histograms are merged once per part. */
const IMAGES_PER_THREAD = 64;
/** Largest chunk in bytes, read and being run together. */
const CHUNK_BYTES = 32 * 2 ** 20;

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
  const digitBits = histogramDigitBits(network, chip);
  const sums = new Map(before);
  const { shape } = network.input;
  return {
    form: 'integer',
    name: network.name,
    hash,
    shape,
    classes: elementCount(inferTypes(network).get(network.output)!.shape),
    chunk: Math.max(
      threads,
      Math.min(threads * IMAGES_PER_THREAD, Math.floor(CHUNK_BYTES / elementCount(shape))),
    ),
    async score(images, count) {
      const { outputs, histograms } = await pool.run(images, count, { histogramDigitBits: digitBits });
      for (const [id, histogram] of histograms) addHistogram(sums, id, histogram);
      return outputs;
    },
    histograms: () => sums,
    close: () => pool.close(),
  };
}
