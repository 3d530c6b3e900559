import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MACRO_SCHEMES } from '../chip/index.ts';
import { searchKeys } from './keys.ts';
import { specOf } from './spec.test-support.ts';

const listed = (wishes: Parameters<typeof specOf>[0]) => {
  const { keys, classValues } = searchKeys(specOf(wishes));
  return keys.map(({ magnitude, operand, classIndex }) => [magnitude, operand, classValues[classIndex]]);
};

describe('search keys', () => {
  it('has the documented order', () => {
    // W2A2: M = 1, V = 3. W3A1 two's complement: M = 4, V = 1.
    expect(listed({ scheme: 'ordered-pairs', weightBits: 2 })).toEqual([
      [1, 1, 1],
      [1, 2, 2],
      [1, 3, 3],
    ]);
    expect(listed({ scheme: 'unordered-pairs', weightSystem: 'twos-complement', activationBits: 1 })).toEqual(
      [
        [1, 1, 1],
        [2, 1, 2],
        [3, 1, 3],
        [4, 1, 4],
      ],
    );
    // M = 3, V = 3: 1, 2, 3, 4, 6, 9; product 2 is (1, 2), (2, 1).
    expect(listed({ scheme: 'distinct-products' })).toEqual([
      [1, 1, 1],
      [1, 2, 2],
      [2, 1, 2],
      [1, 3, 3],
      [3, 1, 3],
      [2, 2, 4],
      [2, 3, 6],
      [3, 2, 6],
      [3, 3, 9],
    ]);
    expect(listed({ scheme: 'weight-bit-planes', weightBits: 2, activationBits: 3 })).toEqual([
      [1, 0, 1],
      [1, 1, 2],
      [1, 2, 4],
    ]);
  });

  it('gives the product of every pair of codes, and nothing for a zero', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MACRO_SCHEMES),
        fc.constantFrom('sign-magnitude' as const, 'twos-complement' as const),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (scheme, weightSystem, weightBits, activationBits) => {
          const spec = specOf({ scheme, weightSystem, weightBits, activationBits });
          const { keys, classValues } = searchKeys(spec);
          for (let m = 0; m <= spec.maxMagnitude; m++) {
            for (let a = 0; a <= spec.maxActivation; a++) {
              const matches = keys.filter(
                ({ magnitude, operand }) =>
                  magnitude === m && (spec.search === 'pair' ? operand === a : (a >> operand) % 2 === 1),
              );
              const sum = matches.reduce((total, { classIndex }) => total + classValues[classIndex], 0);
              expect(sum).toBe(m * a);
              // A counter holds at most one match of an entry per class.
              expect(new Set(matches.map(({ classIndex }) => classIndex)).size).toBe(matches.length);
            }
          }
          // A class is one run of keys.
          const order = keys.map(({ classIndex }) => classIndex);
          expect(order).toEqual([...order].sort((x, y) => x - y));
        },
      ),
    );
  });
});
