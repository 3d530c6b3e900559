import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AffineNode } from '../../network/network.ts';
import { splitAffine } from './affine.ts';

function node(multiplier: number, offset: number, shift: number): AffineNode {
  return {
    kind: 'affine',
    id: 'affine',
    input: 'x',
    multiplier: Int32Array.of(multiplier),
    offset: Float64Array.of(offset),
    shift,
    errorBoundLsb: 0,
  };
}

describe('splitAffine', () => {
  it('is exact in 32-bit arithmetic over its whole range, or declines', () => {
    let split = 0;
    const property = fc.property(
      fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
      fc.integer({ min: -(2 ** 44), max: 2 ** 44 }),
      fc.integer({ min: 0, max: 48 }),
      fc.integer({ min: 0, max: 2 ** 13 }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      (multiplier, offset, shift, reach, part) => {
        const result = splitAffine(node(multiplier, offset, shift), 1, -reach, reach);
        if (result === null) return;
        split++;
        for (const x of [-reach, reach, Math.round(part * reach)]) {
          const carried = (Math.imul(result.low[0], x) + result.offsetLow[0]) >> result.cut;
          const sum = (Math.imul(result.high[0], x) + result.offsetHigh[0] + carried) | 0;
          const exact = (BigInt(multiplier) * BigInt(x) + BigInt(offset)) >> BigInt(shift);
          expect(BigInt(sum >> result.rest)).toBe(exact);
        }
      },
    );
    fc.assert(property, { numRuns: 2000, seed: 5 });
    expect(split).toBeGreaterThan(500);
  });

  it('takes what lowering makes: a 31-bit multiplier on 13-bit accumulators to a 16-bit stream', () => {
    expect(splitAffine(node(2 ** 30, 2 ** 29, 30), 1, -(2 ** 12), 2 ** 12)).not.toBeNull();
  });

  it('declines when the low part cannot fit', () => {
    // 2^30 * 2^22 = 2^52: the high part needs a cut of 21 or more, the low part then 2^21 * 2^22.
    expect(splitAffine(node(2 ** 30 - 1, 0, 24), 1, -(2 ** 22), 2 ** 22)).toBeNull();
  });
});
