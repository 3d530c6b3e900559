import type { MappingCost } from '../cost/evaluate.ts';
import { compareScores, score, type Objective, type Score } from '../cost/objective.ts';

/** Place of a mapping in the order in which ties are broken: compared number by number. */
export type Rank = readonly number[];

/** A mapping found, by its rank, and its cost. */
export interface Found {
  readonly rank: Rank;
  readonly cost: MappingCost;
}

/** Negative when `a` comes first. */
export function compareRanks(a: Rank, b: Rank): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

/** The best found so far, and whether something can still join it. */
export interface Frontier {
  /** Two numbers that never fall when a cost does not; what hopes are judged by. The first orders the search. */
  bound(energyPj: number, latencyCycles: number, memoryBits: number): Score;
  /** True when nothing with at least this bound can be better, or as good and first among equals. */
  hopeless(first: number, second: number): boolean;
  offer(found: Found): void;
  /** Best first. */
  readonly found: readonly Found[];
}

/** One objective: the best mapping. */
export function bestOf(objective: Objective): Frontier {
  let best: Found | undefined;
  let bestFirst = Infinity;
  let bestSecond = Infinity;
  return {
    bound: (energyPj, latencyCycles, memoryBits) => score(objective, { energyPj, latencyCycles, memoryBits }),
    hopeless: (first, second) => first > bestFirst || (first === bestFirst && second > bestSecond),
    offer(found) {
      const own = score(objective, found.cost);
      const order = compareScores(own, [bestFirst, bestSecond]);
      if (order > 0 || (order === 0 && best !== undefined && compareRanks(found.rank, best.rank) > 0)) return;
      best = found;
      [bestFirst, bestSecond] = own;
    },
    get found() {
      return best === undefined ? [] : [best];
    },
  };
}

/** All mappings of which no other has both less energy and less latency, or one of them less and the other equal. */
export function paretoOf(): Frontier {
  // Energy rises and latency falls from one to the next.
  let found: Found[] = [];
  const atLeastAsGood = (a: MappingCost, energyPj: number, latencyCycles: number): boolean =>
    a.energyPj <= energyPj && a.latencyCycles <= latencyCycles;
  return {
    bound: (energyPj, latencyCycles) => [energyPj, latencyCycles],
    hopeless: (energyPj, latencyCycles) =>
      found.some(
        ({ cost }) =>
          atLeastAsGood(cost, energyPj, latencyCycles) &&
          (cost.energyPj < energyPj || cost.latencyCycles < latencyCycles),
      ),
    offer(one) {
      const { energyPj, latencyCycles } = one.cost;
      const equal = found.find(
        ({ cost }) => cost.energyPj === energyPj && cost.latencyCycles === latencyCycles,
      );
      if (equal !== undefined) {
        if (compareRanks(one.rank, equal.rank) < 0)
          found = found.map((other) => (other === equal ? one : other));
        return;
      }
      if (found.some(({ cost }) => atLeastAsGood(cost, energyPj, latencyCycles))) return;
      found = [
        ...found.filter(({ cost }) => !atLeastAsGood(one.cost, cost.energyPj, cost.latencyCycles)),
        one,
      ].sort((a, b) => a.cost.energyPj - b.cost.energyPj);
    },
    get found() {
      return found;
    },
  };
}
