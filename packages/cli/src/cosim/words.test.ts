import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexOf, putBits, wordsOf } from './words.ts';

test('numbers take as many words as their bits need, at least one', () => {
  expect([1, 31, 32, 33, 64, 65].map(wordsOf)).toEqual([1, 1, 1, 2, 2, 3]);
});

test('numbers stand where they are put, in two’s complement, and nowhere else', () => {
  const numbers = fc.record({
    bits: fc.integer({ min: 1, max: 48 }),
    at: fc.integer({ min: 0, max: 70 }),
    value: fc.integer({ min: -(2 ** 46), max: 2 ** 46 }),
    offset: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(numbers, ({ bits, at, value, offset }) => {
      const words = new Uint32Array(8);
      putBits(words, offset, at, value, bits);
      const all = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
      expect(all).toBe(BigInt.asUintN(bits, BigInt(value)) << BigInt(32 * offset + at));
    }),
  );
});

test('words read as one hexadecimal number of the digits that the bits need', () => {
  expect(hexOf([0x89abcdef, 0x12], 0, 37)).toBe('0x1289abcdef');
  expect(hexOf([7, 5], 1, 3)).toBe('0x5');
  expect(hexOf([1], 0, 12)).toBe('0x001');
});
