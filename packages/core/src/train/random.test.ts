import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('gives the same numbers for the same seed and path, others for others', () => {
    const draw = (...path: (string | number)[]): number[] => {
      const random = new Random(1, ...path);
      return Array.from({ length: 4 }, () => random.bits());
    };
    expect(draw('order', 3)).toEqual(draw('order', 3));
    expect(draw('order', 3)).not.toEqual(draw('order', 4));
    // The path is part of the text that is hashed: 1/23 is not 12/3.
    expect(draw(1, 23)).not.toEqual(draw(12, 3));
  });

  it('is pinned: committed networks depend on these bits', () => {
    const random = new Random(1, 'order', 0);
    expect(Array.from({ length: 4 }, () => random.bits())).toMatchInlineSnapshot(`
      [
        3868494320,
        3136606907,
        529956711,
        1371017851,
      ]
    `);
  });

  it('permutes: every index once', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), (seed, count) => {
        const order = new Random(seed, 'test').permutation(count);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it('draws integers below a bound evenly', () => {
    const random = new Random(2, 'below');
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[random.below(6)]++;
    // 60,000 / 6 = 10,000 each, standard deviation sqrt(60,000 * 1/6 * 5/6) = 91: five of them.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 91);
  });

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = new Random(3, 'normal');
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    // Standard errors 1 / sqrt(20,000) = 0.007 and sqrt(2 / 20,000) = 0.01.
    expect(Math.abs(mean)).toBeLessThan(0.035);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});
