import type { MappingCost } from './evaluate.ts';

/** What is minimised. */
export type Objective = 'energy' | 'latency' | 'edp' | 'traffic';

export const OBJECTIVES = ['edp', 'energy', 'latency', 'traffic'] as const satisfies readonly Objective[];

/** What objectives look at. */
export type ScoredCost = Pick<MappingCost, 'energyPj' | 'latencyCycles' | 'memoryBits'>;

/** Energy-delay product, picojoule cycles. */
export function energyDelay(cost: ScoredCost): number {
  return cost.energyPj * cost.latencyCycles;
}

/** First what is minimised, then what decides between equals; the latter is energy, or latency where energy is first. */
export type Score = readonly [first: number, second: number];

/**
 * The score of a cost: energy then latency; latency then energy; energy-delay product then energy; memory bits then
 * energy-delay product.
 */
export function score(objective: Objective, cost: ScoredCost): Score {
  switch (objective) {
    case 'energy':
      return [cost.energyPj, cost.latencyCycles];
    case 'latency':
      return [cost.latencyCycles, cost.energyPj];
    case 'edp':
      return [energyDelay(cost), cost.energyPj];
    case 'traffic':
      return [cost.memoryBits, energyDelay(cost)];
    default:
      return objective satisfies never;
  }
}

/** Negative when `a` is better, positive when `b` is, 0 when they are equal. */
export function compareScores(a: Score, b: Score): number {
  return a[0] - b[0] || a[1] - b[1];
}
