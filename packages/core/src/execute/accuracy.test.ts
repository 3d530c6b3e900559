import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmax, rankOf, wilsonInterval } from './accuracy.ts';

describe('rankOf', () => {
  it('is the place in a stable descending sort, and 0 exactly for the first maximum', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 12 }), (scores) => {
        const order = scores.map((score, i) => ({ score, i })).sort((a, b) => b.score - a.score || a.i - b.i);
        for (const label of scores.keys()) {
          expect(rankOf([9, ...scores], label, 1, scores.length)).toBe(
            order.findIndex(({ i }) => i === label),
          );
        }
        expect(rankOf(scores, argmax(scores), 0, scores.length)).toBe(0);
      }),
    );
  });
});

describe('wilsonInterval', () => {
  it('solves (p - share)^2 = z^2 p (1 - p) / n, and holds the share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, part) => {
          const hits = Math.round(part * n);
          const { low, high } = wilsonInterval(hits, n, 1.5);
          const share = hits / n;
          for (const p of [low, high]) expect((p - share) ** 2 - (2.25 * p * (1 - p)) / n).toBeCloseTo(0, 12);
          expect(low <= share + 1e-12 && share <= high + 1e-12).toBe(true);
        },
      ),
    );
  });

  it('is not empty at the ends', () => {
    // z^2 / (n + z^2) = 3.8415 / 103.8415
    expect(wilsonInterval(0, 100)).toEqual({ low: 0, high: expect.closeTo(0.036994, 5) as number });
    expect(wilsonInterval(100, 100)).toEqual({ low: expect.closeTo(0.963006, 5) as number, high: 1 });
  });
});
