import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import { countAccesses } from '../counts/count.ts';
import { mappingCost, type MappingCost } from '../cost/evaluate.ts';
import { OBJECTIVES, score, type Objective } from '../cost/objective.ts';
import type { MappingPrices } from '../cost/prices.ts';
import { checkMapping } from '../legality.ts';
import type { Machine } from '../machine.ts';
import type { LayerMapping } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { pricesFor, smallMachine, smallProblem } from './random-case.test-support.ts';
import { searchLayer } from './search-layer.ts';
import { layerSpace, mappingsOf } from './space.ts';

interface Tried {
  readonly mapping: LayerMapping;
  readonly cost: MappingCost;
}

/** Every legal mapping of the space in order, each counted and costed by itself; and how many there are in all. */
function tryAll(
  problem: MappingProblem,
  machine: Machine,
  prices: MappingPrices,
): { readonly tried: readonly Tried[]; readonly points: number } {
  const tried: Tried[] = [];
  let points = 0;
  for (const mapping of mappingsOf(layerSpace(problem, machine))) {
    points++;
    if (checkMapping(problem, machine, mapping).length > 0) continue;
    tried.push({ mapping, cost: mappingCost(countAccesses(problem, machine, mapping), machine, prices) });
  }
  return { tried, points };
}

function bestOfAll(tried: readonly Tried[], objective: Objective): Tried | undefined {
  let best: Tried | undefined;
  for (const one of tried) {
    if (best === undefined) best = one;
    const [a, b] = [score(objective, one.cost), score(objective, best.cost)];
    if (a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])) best = one;
  }
  return best;
}

function paretoOfAll(tried: readonly Tried[]): readonly Tried[] {
  const first = new Map<string, Tried>();
  for (const one of tried) {
    const key = `${one.cost.energyPj} ${one.cost.latencyCycles}`;
    if (!first.has(key)) first.set(key, one);
  }
  const distinct = [...first.values()];
  return distinct
    .filter(
      ({ cost }) =>
        !distinct.some(
          (other) =>
            other.cost.energyPj <= cost.energyPj &&
            other.cost.latencyCycles <= cost.latencyCycles &&
            (other.cost.energyPj < cost.energyPj || other.cost.latencyCycles < cost.latencyCycles),
        ),
    )
    .sort((a, b) => a.cost.energyPj - b.cost.energyPj);
}

const smallCase = fc
  .tuple(smallProblem, smallMachine)
  .chain(([problem, machine]) => fc.tuple(fc.constant(problem), fc.constant(machine), pricesFor(machine)));

test('the search finds what trying every mapping finds, for every objective, and its proof counts every mapping', () => {
  let compared = 0;
  fc.assert(
    fc.property(smallCase, ([problem, machine, prices]) => {
      const space = layerSpace(problem, machine);
      const size = [...mappingsOf(space)].length;
      fc.pre(size <= 20_000);
      const { tried, points } = tryAll(problem, machine, prices);
      expect(points).toBe(size);
      if (tried.length === 0) {
        expect(() => searchLayer(space, prices, { objective: 'edp' })).toThrow(TallyError);
        return;
      }
      compared++;
      for (const objective of OBJECTIVES) {
        const { found, proof, gap } = searchLayer(space, prices, { objective });
        const best = bestOfAll(tried, objective);
        expect(found.map(({ mapping, cost }) => ({ mapping, cost }))).toEqual([best]);
        expect(found[0].counts).toEqual(countAccesses(problem, machine, found[0].mapping));
        expect(gap).toBe(0);
        expect(proof.points).toBe(points);
        expect(proof.left).toBe(0);
      }
      const pareto = searchLayer(space, prices, { objective: 'pareto' });
      expect(pareto.found.map(({ mapping, cost }) => ({ mapping, cost }))).toEqual(paretoOfAll(tried));
    }),
    { numRuns: Number(process.env['MAPPING_CASES'] ?? 200), seed: Number(process.env['MAPPING_SEED'] ?? 1) },
  );
  expect(compared).toBeGreaterThan(150);
});
