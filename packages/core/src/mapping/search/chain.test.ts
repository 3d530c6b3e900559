import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseKept, keptIndex, type KeptCosts } from './chain.ts';

const cost = fc.option(fc.integer({ min: 0, max: 20 }), { freq: 4 });
const chain = fc
  .array(fc.tuple(fc.tuple(cost, cost, cost, cost), fc.boolean()), { minLength: 1, maxLength: 6 })
  .map((layers) => ({
    costs: layers.map(([costs]) => costs as KeptCosts),
    links: layers.map(([, link], i) => link && i < layers.length - 1),
  }));

test('the choice is the best of all choices, tried one by one', () => {
  fc.assert(
    fc.property(chain, ({ costs, links }) => {
      let best = Infinity;
      for (let bits = 0; bits < 2 ** costs.length; bits++) {
        const kept = costs.map((_, i) => ((bits >> i) & 1) === 1);
        if (kept.some((own, i) => own && !links[i])) continue;
        let sum = 0;
        for (const [i, own] of kept.entries()) {
          sum += costs[i][keptIndex({ input: i > 0 && kept[i - 1], results: own })] ?? Infinity;
        }
        best = Math.min(best, sum);
      }
      const chosen = chooseKept(costs, links);
      if (best === Infinity) expect(chosen).toBeNull();
      else {
        expect(chosen?.reduce((sum, one, i) => sum + (costs[i][keptIndex(one)] ?? Infinity), 0)).toBe(best);
        expect(chosen?.every((one, i) => !one.results || (links[i] && chosen[i + 1].input))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('between equals less is kept', () => {
  const same: KeptCosts = [1, 1, 1, 1];
  expect(chooseKept([same, same], [true, false])).toEqual([
    { input: false, results: false },
    { input: false, results: false },
  ]);
});
