import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  divide,
  exactly,
  floor,
  integerSqrt,
  multiply,
  rational,
  round,
  roundOverSqrt,
  toNumber,
} from './rational.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('rationals', () => {
  it('hold every float exactly', () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(toNumber(exactly(value))).toBe(value + 0);
      }),
    );
    // 0.1 is 3602879701896397 / 2^55.
    expect(compare(exactly(0.1), rational(3602879701896397n, 2n ** 55n))).toBe(0);
  });

  it('round halves up, floor below zero', () => {
    expect([rational(-3n, 2n), rational(-1n, 2n), rational(1n, 2n), rational(3n, 2n)].map(round)).toEqual([
      -1n,
      0n,
      1n,
      2n,
    ]);
    expect([rational(-7n, 2n), rational(7n, -2n), rational(-4n, 2n)].map(floor)).toEqual([-4n, -4n, -2n]);
  });

  it('integer square roots are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (value) => {
        const root = integerSqrt(value);
        expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true);
      }),
    );
  });

  it('roundOverSqrt is the nearest integer to v / sqrt(r)', () => {
    // 10 / sqrt(2) = 7.07, -10 / sqrt(3) = -5.77, 7 / sqrt(4) = 3.5 (a half, away from zero).
    expect(roundOverSqrt(rational(10n), rational(2n))).toBe(7n);
    expect(roundOverSqrt(rational(-10n), rational(3n))).toBe(-6n);
    expect(roundOverSqrt(rational(7n), rational(4n))).toBe(4n);
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }),
        fc.bigInt({ min: 1n, max: 2n ** 60n }),
        (v, r) => {
          // |n| within 1/2 of |v| / sqrt(r): (2|n| - 1)^2 r <= 4 v^2 <= (2|n| + 1)^2 r.
          const n = roundOverSqrt(rational(v), rational(r));
          const magnitude = n < 0n ? -n : n;
          const low = 2n * magnitude - 1n;
          expect(low < 0n || low * low * r <= 4n * v * v).toBe(true);
          expect(4n * v * v <= (2n * magnitude + 1n) ** 2n * r).toBe(true);
          expect(n * v >= 0n).toBe(true);
        },
      ),
    );
  });

  it('products and quotients', () => {
    expect(
      compare(divide(multiply(rational(2n, 3n), rational(-3n, 4n)), rational(-1n, 4n)), rational(2n)),
    ).toBe(0);
  });
});
