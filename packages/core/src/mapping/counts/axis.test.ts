import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTable, largestShare, sumShares, sumTiles } from './axis.ts';

describe('axisTable', () => {
  it('10 elements in tiles of 4 are 4, 4, 2', () => {
    expect(axisTable(10, 4)).toEqual({ size: 10, tile: 4, count: 3, last: 2 });
  });

  it('its tiles add up to the dimension, as many as there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (size, tile) => {
        const table = axisTable(size, Math.min(size, tile));
        expect(sumTiles(table, (part) => part)).toBe(size);
        expect(sumTiles(table, () => 1)).toBe(table.count);
        expect(table.last).toBeGreaterThanOrEqual(1);
        expect(table.last).toBeLessThanOrEqual(table.tile);
      }),
    );
  });
});

describe('shares', () => {
  it('10 elements over 4 macros are 3, 3, 3, 1; over 6 macros 2, 2, 2, 2, 2 and none', () => {
    const sizes = (shares: number): readonly number[] => {
      const all: number[] = [];
      // sumShares weighs equal shares instead of visiting them: recover them from sums of indicator functions.
      for (let size = 1; size <= 10; size++) {
        const times = sumShares(10, shares, (one) => (one === size ? 1 : 0));
        for (let time = 0; time < times; time++) all.unshift(size);
      }
      return all;
    };
    expect(sizes(4)).toEqual([3, 3, 3, 1]);
    expect(sizes(6)).toEqual([2, 2, 2, 2, 2]);
    expect(largestShare(10, 4)).toBe(3);
  });

  it('a sum over shares is that over their elements cut one by one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 50 }), (size, shares) => {
        const each = Math.ceil(size / shares);
        const parts = new Map<number, number>();
        for (let at = 0; at < size; at++) {
          const share = Math.floor(at / each);
          parts.set(share, (parts.get(share) ?? 0) + 1);
        }
        const f = (one: number) => one * one + 1;
        expect(sumShares(size, shares, f)).toBe([...parts.values()].reduce((sum, one) => sum + f(one), 0));
        expect(parts.size).toBeLessThanOrEqual(shares);
        expect(largestShare(size, shares)).toBe(Math.max(...parts.values()));
      }),
    );
  });
});
