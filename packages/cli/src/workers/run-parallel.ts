import type { Network, RunResult } from '@tally/core';
import { startPool, usefulThreads, type ParallelRunOptions } from './pool.ts';

/** Options of {@link runParallel}. */
export interface RunParallelOptions extends ParallelRunOptions {
  /** Worker threads at most, default 1; fewer where there is no work for all. The result does not depend on it. */
  readonly threads?: number;
}

/**
 * Runs a network on worker threads, bit-exactly, and ends them.
 *
 * @param images unsigned codes, shape `[count, ...network.input.shape]`.
 * @throws TallyError for an illegal network, images or histogram options; the signal's reason when aborted.
 */
export async function runParallel(
  network: Network,
  images: Uint8Array,
  count: number,
  options: RunParallelOptions = {},
): Promise<RunResult> {
  const pool = await startPool(network, Math.min(options.threads ?? 1, usefulThreads(count, options)));
  try {
    return await pool.run(images, count, options);
  } finally {
    await pool.close();
  }
}
