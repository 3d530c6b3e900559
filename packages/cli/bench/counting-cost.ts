import { createKernelExecutor, listMacLayers } from '@tally/core';
import type { Work } from './contender.ts';

/**
 * What exact counts cost: least time with the level histograms of every layer (digits of `digitBits`) over
 * least time without, minus 1; both are timed in turn, and the least of many shuts other programs out best.
 */
export function countingCost({ network, images, count }: Work, digitBits: number, rounds: number): number {
  const executor = createKernelExecutor(network);
  const histogramDigitBits = new Map(listMacLayers(network).map(({ id }) => [id, digitBits]));
  const measure = (counts: boolean): number => {
    const start = performance.now();
    executor.run(images, count, counts ? { histogramDigitBits } : {});
    return performance.now() - start;
  };
  measure(true);
  measure(false);
  const counting: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < rounds; round++) {
    plain.push(measure(false));
    counting.push(measure(true));
  }
  return Math.min(...counting) / Math.min(...plain) - 1;
}
