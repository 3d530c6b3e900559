import fc from 'fast-check';
import { expect, test } from 'vitest';
import { channelsOfWholeChunks, tileSizes } from './sizes.ts';

test('the smallest size of every number of tiles, largest first', () => {
  // ceil(56 / n) for n = 1, 2, ..., 56 without repetitions.
  expect(tileSizes(56, 56)).toEqual([56, 28, 19, 14, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1]);
});

test('multiples of the rows are searched too, and every size of a small dimension', () => {
  expect(tileSizes(64, 16)).toContain(48);
  expect(tileSizes(64, 64)).not.toContain(48);
  expect(tileSizes(14, 14)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(tileSizes(17, 17)).toEqual([17, 9, 6, 5, 4, 3, 2, 1]);
});

test('sizes follow their definition', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 600 }), (dimension, whole) => {
      const expected: number[] = [];
      for (let t = dimension; t >= 1; t--) {
        const smallest = t === Math.ceil(dimension / Math.ceil(dimension / t));
        if (smallest || t % whole === 0 || dimension <= 16) expected.push(t);
      }
      expect(tileSizes(dimension, whole)).toEqual(expected);
    }),
  );
});

test('channels that fill whole vectors', () => {
  expect(channelsOfWholeChunks(128, 9)).toBe(128);
  expect(channelsOfWholeChunks(128, 1)).toBe(128);
  expect(channelsOfWholeChunks(128, 4)).toBe(32);
});
