import type { DigitPlan } from '../chip/index.ts';
import { TallyError, type Issue } from '../diagnostics/index.ts';
import type { MacLayer } from '../network/index.ts';
import type { Work } from './work.ts';

/**
 * Holds the result of a layer against what must be true of it: MACs conserved, every weight read at
 * least once, nothing negative or not finite, sums equal to their parts.
 *
 * @throws TallyError `invariant-broken`: a bug of Tally, never of the input
 */
export function verifyWork(layer: MacLayer, plan: DigitPlan, images: number, work: Work): void {
  const issues: Issue[] = [];
  const hold = (rule: string, left: number, right: number, holds: boolean): void => {
    if (holds) return;
    issues.push({
      code: 'invariant-broken',
      path: layer.id,
      message: `${rule}: ${left} and ${right}`,
      remedy: 'report this as a bug of Tally, with the network and the chip',
    });
  };
  const { pairCounts, energy } = work;
  const expected = work.macs * plan.passes * images;
  hold('digit pairs are MACs x passes x images', pairCounts.pairs, expected, pairCounts.pairs === expected);
  const nonzero =
    pairCounts.pairs - pairCounts.zeroWeightPairs - pairCounts.zeroActivationPairs + pairCounts.zeroBothPairs;
  hold(
    'nonzero pairs are what zeros leave',
    pairCounts.nonzeroPairs,
    nonzero,
    pairCounts.nonzeroPairs === nonzero,
  );
  const parts = Object.values(energy.byComponentPj);
  const sum = parts.reduce((total, pj) => total + pj, 0);
  hold(
    'energy is the sum of its components',
    energy.totalPj,
    sum,
    Math.abs(energy.totalPj - sum) <= 1e-9 * sum,
  );
  for (const pj of parts) hold('energy is finite and not negative', pj, 0, pj >= 0 && Number.isFinite(pj));
  const uniqueWeights = layer.weights.codes.length * plan.weightDigits;
  for (const { dataflow, weights, activations } of work.dataflows) {
    hold(
      `${dataflow} reads every weight`,
      weights.memoryReads,
      uniqueWeights,
      weights.memoryReads >= uniqueWeights,
    );
    hold(
      `${dataflow} uses every digit pair`,
      weights.macroReads,
      work.digitPairs,
      weights.macroReads === work.digitPairs,
    );
    hold(
      `${dataflow} uses every digit pair`,
      activations.macroReads,
      work.digitPairs,
      activations.macroReads === work.digitPairs,
    );
  }
  if (issues.length > 0) throw new TallyError(issues);
}
