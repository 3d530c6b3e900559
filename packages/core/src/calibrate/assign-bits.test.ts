import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignBits, type BitsOption, type LayerOptions } from './assign-bits.ts';

/** Every combination of one option per layer. */
function combinations(layers: readonly LayerOptions<BitsOption>[]): readonly (readonly BitsOption[])[] {
  return layers.reduce<readonly (readonly BitsOption[])[]>(
    (soFar, { options }) => soFar.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  );
}

const total = (options: readonly BitsOption[], key: keyof BitsOption): number =>
  options.reduce((sum, option) => sum + option[key], 0);

describe('assignBits', () => {
  const option = fc.record({
    cost: fc.integer({ min: 0, max: 12 }),
    sensitivity: fc.integer({ min: -1, max: 20 }),
  });
  const problem = fc
    .array(fc.array(option, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })
    .map((list) => list.map((options, index) => ({ layer: `layer${index}`, options })));

  it('finds the best combination within the budget', () => {
    fc.assert(
      fc.property(problem, fc.constantFrom(1, 2, 4, 8, 16, 32), (layers, slack) => {
        // Whole costs and a slack of a power of two: every cost is a multiple of slack / 4,096.
        const cheapest = Math.min(...combinations(layers).map((options) => total(options, 'cost')));
        const budget = cheapest + slack;
        const best = Math.min(
          ...combinations(layers)
            .filter((options) => total(options, 'cost') <= budget)
            .map((options) => total(options, 'sensitivity')),
        );
        const found = assignBits(layers, budget, '--max-cycles');
        expect(found.sensitivity).toBe(best);
        expect(found.cost).toBeLessThanOrEqual(budget);
        expect([...found.chosen.keys()]).toEqual(layers.map(({ layer }) => layer));
        for (const { layer, options } of layers) expect(options).toContain(found.chosen.get(layer));
        expect(total([...found.chosen.values()], 'cost')).toBe(found.cost);
      }),
    );
  });

  it('keeps any budget, also with costs that are no multiples', () => {
    const layers = [0.3, 1.7, 2.9].map((cost, index) => ({
      layer: `layer${index}`,
      options: [
        { cost, sensitivity: 3 },
        { cost: 2 * cost, sensitivity: 1 },
      ],
    }));
    const found = assignBits(layers, 4.9 + 3.2, '--max-cycles');
    expect(found.cost).toBeLessThanOrEqual(8.1);
    // 2.9 + 0.3 more fit exactly; 2.9 + 1.7 do not
    expect(found.sensitivity).toBe(5);
  });

  it('takes the cheapest when the budget allows nothing else, and refuses less', () => {
    const layers = [
      {
        layer: 'a',
        options: [
          { cost: 3, sensitivity: 5 },
          { cost: 4, sensitivity: 0 },
        ],
      },
    ];
    expect(assignBits(layers, 3, '--max-cycles').chosen.get('a')).toEqual({ cost: 3, sensitivity: 5 });
    expect(() => assignBits(layers, 2, '--max-cycles')).toThrow(
      '--max-cycles: is 2, the cheapest choice for every layer costs 3 already [budget-too-small] — give a larger budget or allow lower precisions',
    );
  });
});
