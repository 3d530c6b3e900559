import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepsOf, keptIndex, type OfEachWay } from './chain.ts';
import { paretoOfChain } from './pareto-chain.ts';

interface Cost {
  readonly energyPj: number;
  readonly latencyCycles: number;
}
type Sets = OfEachWay<readonly Cost[] | null>;

const number = fc.integer({ min: 0, max: 12 });
const set = fc.option(
  fc.array(fc.record({ energyPj: number, latencyCycles: number }), { minLength: 1, maxLength: 3 }),
  { freq: 4 },
);
const chain = fc
  .array(fc.tuple(fc.tuple(set, set, set, set), fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((layers) => ({
    sets: layers.map(([sets]) => sets as Sets),
    links: layers.map(([, link], i) => link && i < layers.length - 1),
  }));

const sum = (a: Cost, b: Cost): Cost => ({
  energyPj: a.energyPj + b.energyPj,
  latencyCycles: a.latencyCycles + b.latencyCycles,
});

/** Every choice of tensors that stay and of a mapping of each layer. */
function everyCost(sets: readonly Sets[], links: readonly boolean[]): readonly Cost[] {
  const all: Cost[] = [];
  for (let bits = 0; bits < 2 ** sets.length; bits++) {
    const kept = sets.map((_, i) => ((bits >> i) & 1) === 1);
    if (kept.some((own, i) => own && !links[i])) continue;
    let sums: readonly Cost[] = [{ energyPj: 0, latencyCycles: 0 }];
    for (const [i, keeps] of keepsOf(kept).entries()) {
      const own = sets[i][keptIndex(keeps)] ?? [];
      sums = sums.flatMap((before) => own.map((cost) => sum(before, cost)));
    }
    all.push(...sums);
  }
  return all;
}

test('the set of a chain is what is not dominated among all choices, tried one by one', () => {
  let several = 0;
  fc.assert(
    fc.property(chain, ({ sets, links }) => {
      const all = everyCost(sets, links);
      const worse = (a: Cost, b: Cost): boolean =>
        b.energyPj <= a.energyPj &&
        b.latencyCycles <= a.latencyCycles &&
        (b.energyPj < a.energyPj || b.latencyCycles < a.latencyCycles);
      const front = all.filter((one) => !all.some((other) => worse(one, other)));
      const key = ({ energyPj, latencyCycles }: Cost): string => `${energyPj} pJ, ${latencyCycles} cycles`;
      const points = paretoOfChain(sets, links);
      expect(points.map(key).sort()).toEqual([...new Set(front.map(key))].sort());
      for (const { keeps, choice, ...cost } of points) {
        expect(keeps.every(({ results }, i) => !results || (links[i] && keeps[i + 1].input))).toBe(true);
        const own = choice.map((index, i) => sets[i][keptIndex(keeps[i])]![index]);
        expect(own.reduce(sum, { energyPj: 0, latencyCycles: 0 })).toEqual(cost);
      }
      for (let i = 1; i < points.length; i++)
        expect(points[i].energyPj).toBeGreaterThan(points[i - 1].energyPj);
      if (points.length > 1 && points.some(({ keeps }) => keeps.some(({ input }) => input))) several++;
    }),
    { numRuns: 500, seed: 1 },
  );
  expect(several).toBeGreaterThan(50);
});
