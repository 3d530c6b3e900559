import { describe, expect, test } from 'vitest';
import { MACRO_SCHEMES } from '../../chip/index.ts';
import { searchKeys } from '../keys.ts';
import { specOf } from '../spec.test-support.ts';
import { smallMacro } from './jobs.ts';
import { specifiedKeys } from './specification.ts';

describe.each(MACRO_SCHEMES)('%s', (scheme) => {
  const systems = ['sign-magnitude', 'twos-complement'] as const;
  test.each(systems)('every pair of %s codes adds up to its product, once in a class', (weightSystem) => {
    const spec = specOf({ scheme, weightSystem, activationBits: 3 });
    const keys = specifiedKeys(spec);
    for (let m = 0; m <= spec.maxMagnitude; m++) {
      for (let a = 0; a <= spec.maxActivation; a++) {
        const found = keys.filter(
          ({ magnitude, operand }) =>
            magnitude === m && (spec.search === 'pair' ? operand === a : (a >> operand) % 2 === 1),
        );
        expect(found.reduce((sum, { value }) => sum + value, 0)).toBe(m * a);
        expect(new Set(found.map(({ classIndex }) => classIndex)).size).toBe(found.length);
      }
    }
  });

  test('sorted pairs are the keys that the driver enumerates', () => {
    for (const [weightBits, activationBits] of [
      [2, 1],
      [3, 2],
      [4, 3],
    ]) {
      const spec = specOf({ scheme, weightBits, activationBits });
      expect(
        specifiedKeys(spec).map(({ magnitude, operand, classIndex }) => ({ magnitude, operand, classIndex })),
      ).toEqual(searchKeys(spec).keys);
    }
  });
});

test('the small macro fits its sums', () => {
  const small = smallMacro(specOf({ scheme: 'ordered-pairs', entries: 64, banks: 2 }), 8);
  // 8 * 3 * 3 = 72 needs 7 bits and a sign; shifted by 2, and one more for a second sum.
  expect(small).toMatchObject({ entries: 8, banks: 1, partialSumBits: 8, maxShift: 2, accumulatorBits: 11 });
  expect(smallMacro(small, 8)).toEqual(small);
});
