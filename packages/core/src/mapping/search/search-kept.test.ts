import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import { mappingCost, type MappingCost } from '../cost/evaluate.ts';
import { score } from '../cost/objective.ts';
import { countAccesses } from '../counts/count.ts';
import { MAPPING_DATAFLOWS } from '../dataflows/registry.ts';
import { checkMapping } from '../legality.ts';
import type { LayerMapping } from '../mapping.ts';
import { checkKept } from './check-kept.ts';
import { keepOnChip } from './kept.ts';
import { pricesFor, smallMachine, smallProblem } from './random-case.test-support.ts';
import { searchLayer, type LayerSearch } from './search-layer.ts';
import { layerSpace, mappingsOf } from './space.ts';

const smallCase = fc
  .tuple(
    smallProblem,
    smallMachine.filter(({ bufferOf }) => bufferOf.activations >= 0),
  )
  .chain(([problem, machine]) =>
    fc.record({
      problem: fc.constant(problem),
      machine: fc.constant(machine),
      prices: pricesFor(machine),
      kept: fc.record({ input: fc.boolean(), results: fc.boolean() }),
      dataflows: fc.subarray([...MAPPING_DATAFLOWS], { minLength: 1 }),
      macros: fc.integer({ min: 1, max: 3 }),
    }),
  );

test('with tensors that stay, fewer dataflows and fewer macros the search finds what trying every mapping finds', () => {
  let compared = 0;
  fc.assert(
    fc.property(smallCase, ({ problem, machine, prices, kept, dataflows, macros }) => {
      const space = layerSpace(problem, machine, { dataflows, macros });
      let points = 0;
      let best: { readonly mapping: LayerMapping; readonly cost: MappingCost } | undefined;
      for (const mapping of mappingsOf(space)) {
        points++;
        fc.pre(points <= 8000);
        if (checkMapping(problem, machine, mapping, 'layer', kept.input).length > 0) continue;
        if (checkKept(problem, machine, mapping, kept, 'layer').length > 0) continue;
        const counts = keepOnChip(countAccesses(problem, machine, mapping), problem, machine, kept);
        const cost = mappingCost(counts, machine, prices);
        const [a, b] = [score('edp', cost), best === undefined ? [Infinity, 0] : score('edp', best.cost)];
        if (a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])) best = { mapping, cost };
      }
      if (best === undefined) {
        expect(() => searchLayer(space, prices, { objective: 'edp', kept })).toThrow(TallyError);
        return;
      }
      compared++;
      const { found, proof } = searchLayer(space, prices, { objective: 'edp', kept });
      expect(found.map(({ mapping, cost }) => ({ mapping, cost }))).toEqual([best]);
      expect(proof.points).toBe(points);
    }),
    { numRuns: 80, seed: 3 },
  );
  expect(compared).toBeGreaterThan(30);
});

test('a budget gives the best so far, and a gap that the true best does not exceed', () => {
  let unfinished = 0;
  fc.assert(
    fc.property(smallCase, fc.integer({ min: 0, max: 40 }), ({ problem, machine, prices }, least) => {
      const space = layerSpace(problem, machine);
      let whole: LayerSearch;
      try {
        whole = searchLayer(space, prices, { objective: 'energy' });
      } catch {
        return;
      }
      // With 0 the budget is spent before anything is looked at.
      const some = searchLayer(space, prices, {
        objective: 'energy',
        stop: (evaluated) => evaluated >= least,
      });
      const { points, ...parts } = some.proof;
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(points);
      const [best] = whole.found;
      const [sofar] = some.found;
      if (some.proof.left === 0) expect(sofar).toEqual(best);
      else unfinished++;
      expect(best.cost.energyPj).toBeLessThanOrEqual(sofar.cost.energyPj);
      expect(best.cost.energyPj).toBeGreaterThanOrEqual(
        sofar.cost.energyPj * (1 - (some.gap ?? NaN)) * (1 - 1e-9),
      );
    }),
    { numRuns: 80, seed: 4 },
  );
  expect(unfinished).toBeGreaterThan(10);
});
