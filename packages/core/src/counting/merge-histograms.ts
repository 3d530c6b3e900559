import { fail } from '../diagnostics/index.ts';
import type { LevelHistogram } from '../execute/executor.ts';

/**
 * Sum of the level histograms of one layer over several runs (batches, workers): exact, in any order.
 *
 * @throws TallyError `histogram-shape-mismatch`
 */
export function mergeHistograms(first: LevelHistogram, second: LevelHistogram): LevelHistogram {
  const shape = (h: LevelHistogram): string =>
    `${h.positions} positions x ${h.digits} digits of ${h.digitBits} bits`;
  if (shape(first) !== shape(second)) {
    fail(
      'histogram-shape-mismatch',
      'histogram',
      `cannot add ${shape(second)} to ${shape(first)}`,
      'merge histograms of the same layer and chip',
    );
  }
  const counts = first.counts.map((count, i) => count + second.counts[i]);
  return { ...first, images: first.images + second.images, counts };
}
