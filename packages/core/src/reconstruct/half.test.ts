import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHalves, toHalf, writeHalves } from './half.ts';

const valueOf = (word: number): number => {
  const target = new Float32Array(1);
  readHalves(Uint16Array.of(word), 0, 1, target, 0);
  return target[0];
};

describe('half precision', () => {
  it('has the values that IEEE 754 gives some words', () => {
    expect(valueOf(0x3c00)).toBe(1);
    expect(valueOf(0xc000)).toBe(-2);
    expect(valueOf(0x7bff)).toBe(65504);
    expect(valueOf(0x0400)).toBe(2 ** -14);
    expect(valueOf(0x0001)).toBe(2 ** -24);
    expect(valueOf(0x3555)).toBe(1365 / 4096); // the half nearest to 1/3: (1 + 341 / 1024) / 4
  });

  it('gives back every finite word', () => {
    for (let word = 0; word < 65536; word++) {
      if (((word >> 10) & 31) === 31) continue;
      expect(toHalf(valueOf(word)), `word ${word}`).toBe(word);
    }
  });

  it('rounds to the nearest, ties to even', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x7bfe }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        (word, share) => {
          const [low, high] = [valueOf(word), valueOf(word + 1)];
          const value = Math.fround(low + (high - low) * share);
          const [below, above] = [value - low, high - value];
          const nearest = below < above || (below === above && word % 2 === 0) ? word : word + 1;
          expect(toHalf(value)).toBe(nearest);
          expect(toHalf(-value)).toBe(nearest | 0x8000);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('stops at the largest half', () => {
    expect(valueOf(toHalf(1e6))).toBe(65504);
    expect(valueOf(toHalf(-65519))).toBe(-65504);
  });

  it('writes and reads stretches', () => {
    const halves = new Uint16Array(6);
    writeHalves(Float32Array.of(1, 2, 3), halves, 2);
    const target = new Float32Array(5);
    readHalves(halves, 1, 4, target, 1);
    expect([...target]).toEqual([0, 0, 1, 2, 3]);
  });
});
