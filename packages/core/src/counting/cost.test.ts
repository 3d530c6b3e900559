import { describe, expect, it } from 'vitest';
import { TallyError } from '../diagnostics/index.ts';
import type { CodeFormat } from '../network/codes.ts';
import { schemeCost } from './cost.ts';
import { findScheme } from './registry.ts';

const W3: CodeFormat = { system: 'sign-magnitude', bits: 3 };
const W3_ASYMMETRIC: CodeFormat = { system: 'twos-complement', bits: 3 };
const A2: CodeFormat = { system: 'unsigned', bits: 2 };
const A3: CodeFormat = { system: 'unsigned', bits: 3 };

describe('cost of one vector of 128 entries', () => {
  it.each([
    // scheme, weights, activations, slots, classes, searches, multiplications
    ['ordered-pairs', W3, A2, 1, 9, 9, 10], // 3 x 3 pairs; 9 + 1; 128 / 10 = 12.8 (published)
    ['unordered-pairs', W3, A2, 1, 6, 9, 7], // {1,1} {1,2} {1,3} {2,2} {2,3} {3,3}; two keys for three of them
    ['distinct-products', W3, A2, 1, 6, 9, 7], // 1 2 3 4 6 9
    ['weight-bit-planes', W3, A3, 1, 9, 9, 10], // 3 magnitudes x 3 planes; 9 + 1
    ['activation-levels', W3, A2, 1, 3, 3, 4],
    ['weight-levels', W3, A2, 1, 3, 3, 4],
    ['dense-mac', W3, A2, 1, 1, 0, 128],
    ['bit-serial', W3, A2, 1, 4, 4, 5], // 2 magnitude bits x 2 activation bits
    // 1..7, 8 10 12 14, 9 15 18 21, 16 20 24 28: 7 + 4 + 4 + 4 = 19 of the 4 x 7 = 28 pairs
    ['distinct-products', W3_ASYMMETRIC, A3, 0, 19, 28, 19],
  ] as const)('%s', (name, weight, activation, slots, classes, searches, multiplications) => {
    const cost = schemeCost(findScheme(name), { weight, activation }, 128, slots);
    expect([cost.classes, cost.searches, cost.multiplications]).toEqual([classes, searches, multiplications]);
  });

  it('reduces multiplications 12.8 times for both nine-class readings, 6.7 times for the control', () => {
    const reduction = (name: string, weight: CodeFormat, activation: CodeFormat, slots: number): number =>
      schemeCost(findScheme(name), { weight, activation }, 128, slots).reduction;
    expect(reduction('ordered-pairs', W3, A2, 1)).toBe(12.8); // 128 / (9 + 1)
    expect(reduction('weight-bit-planes', W3, A3, 1)).toBe(12.8); // 128 / (9 + 1)
    expect(reduction('distinct-products', W3_ASYMMETRIC, A3, 0)).toBeCloseTo(6.737, 3); // 128 / 19
    expect(reduction('distinct-products', W3_ASYMMETRIC, A3, 1)).toBe(6.4); // 128 / (19 + 1)
  });

  it('derives storage: operands and the two counters of the class at hand', () => {
    const pairs = schemeCost(findScheme('ordered-pairs'), { weight: W3, activation: A2 }, 128, 1);
    expect(pairs.storage).toEqual({ operandBits: 640, counterBits: 16 }); // 128 * (3 + 2); 2 * 8 b hold 0..128
    const grouped = schemeCost(findScheme('weight-levels'), { weight: W3, activation: A2 }, 128, 1);
    expect(grouped.storage).toEqual({ operandBits: 640, counterBits: 18 }); // 2 * 9 b hold 0..384
  });

  it('counts multiplications by a power of two as shifts too', () => {
    // ordered pairs: values 1 2 3 2 4 6 3 6 9 -> 1, 2, 2, 4 are shifts
    expect(schemeCost(findScheme('ordered-pairs'), { weight: W3, activation: A2 }, 128, 1).shifts).toBe(4);
  });

  it('refuses an unknown name with the known ones', () => {
    expect(() => findScheme('pairs', 'zhu2020.json: scheme')).toThrow(
      new TallyError([
        {
          code: 'unknown-counting-scheme',
          path: 'zhu2020.json: scheme',
          message: "no counting scheme is named 'pairs'",
          remedy:
            'use one of ordered-pairs, unordered-pairs, distinct-products, weight-bit-planes, activation-levels, weight-levels, dense-mac, bit-serial',
        },
      ]),
    );
  });
});
