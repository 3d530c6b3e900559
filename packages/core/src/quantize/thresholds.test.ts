import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainMap, withBatchNorm, type ChannelMap } from './normalization.ts';
import { exactly, powerOfTwo } from './rational.ts';
import { channelThresholds } from './thresholds.ts';
import { roundHalfToEven } from './weights.ts';

const wide = { min: -1000, max: 1000 };

describe('channelThresholds, by hand', () => {
  it('ties go to the even code', () => {
    // y = x / 4, step 1/2. k = 1: y >= 1/4, a tie at x = 1 goes to 0, so 2. k = 2: y >= 3/4, the tie at x = 3 goes to 2, so 3.
    // k = 3: y >= 5/4, the tie at x = 5 goes to 2, so 6.
    expect(channelThresholds(plainMap(powerOfTwo(-2)), powerOfTwo(-1), 2, wide)).toEqual({
      direction: 1,
      thresholds: [2, 3, 6],
    });
  });

  it('falls where gamma is negative, square root exact', () => {
    // y = -(x - 2) / sqrt(3.5 + 0.5) + 1 = 2 - x / 2, step 1. k = 1: y >= 1/2 means x <= 3, tie at 3 goes to 0, so 2.
    // k = 2: x <= 1, tie at 1 goes to 2, so 1. k = 3: x <= -1, tie goes to 2, so -2.
    const map = withBatchNorm(plainMap(exactly(1)), {
      gamma: -1,
      beta: 1,
      mean: 2,
      variance: 3.5,
      epsilon: 0.5,
    });
    expect(channelThresholds(map, exactly(1), 2, wide)).toEqual({ direction: -1, thresholds: [2, 1, -2] });
  });

  it('irrational square root', () => {
    // y = x / sqrt(2), step 1: y >= 1/2 from x = 1 (0.71), y >= 3/2 from x = 3 (2.12; x = 2 gives 1.41), y >= 5/2 from x = 4 (2.83).
    const map = withBatchNorm(plainMap(exactly(1)), { gamma: 1, beta: 0, mean: 0, variance: 2, epsilon: 0 });
    expect(channelThresholds(map, exactly(1), 2, wide).thresholds).toEqual([1, 3, 4]);
  });

  it('a bias moves the crossing exactly: y = x / 4 + 1/4', () => {
    // step 1/2, k = 1: tie at x = 0 goes to 0, so 1; k = 2: tie at x = 2 goes to 2, so 2; k = 3: tie at x = 4 goes to 2, so 5.
    expect(
      channelThresholds(plainMap(powerOfTwo(-2), powerOfTwo(-2)), powerOfTwo(-1), 2, wide).thresholds,
    ).toEqual([1, 2, 5]);
  });

  it('constant, never and always stay at the edges of the bound', () => {
    // y = 1.2 whatever x: code 1 at step 1, so threshold 1 always (min), thresholds 2 and 3 never (max + 1).
    const constant = withBatchNorm(plainMap(exactly(1)), {
      gamma: 0,
      beta: 1.25,
      mean: 0,
      variance: 1,
      epsilon: 0,
    });
    expect(channelThresholds(constant, exactly(1), 2, { min: -5, max: 9 })).toEqual({
      direction: 1,
      thresholds: [-5, 10, 10],
    });
    // y = -x + 100 over -5 .. 9 is always above 2.5: the falling channel's thresholds are at the top, 9.
    const falling = withBatchNorm(plainMap(exactly(1)), {
      gamma: -1,
      beta: 100,
      mean: 0,
      variance: 1,
      epsilon: 0,
    });
    expect(channelThresholds(falling, exactly(1), 2, { min: -5, max: 9 })).toEqual({
      direction: -1,
      thresholds: [9, 9, 9],
    });
    // y = -x - 100: never, one below the bottom.
    const never = withBatchNorm(plainMap(exactly(1)), {
      gamma: -1,
      beta: -100,
      mean: 0,
      variance: 1,
      epsilon: 0,
    });
    expect(channelThresholds(never, exactly(1), 2, { min: -5, max: 9 }).thresholds).toEqual([-6, -6, -6]);
  });
});

describe('channelThresholds, properties', () => {
  it('code by thresholds = code by real arithmetic, away from float64 doubt', () => {
    const float = (min: number, max: number): fc.Arbitrary<number> =>
      fc.double({ min, max, noNaN: true }).map(Math.fround);
    const channel = fc.record({
      scale: float(1e-4, 2),
      gamma: fc.oneof(float(-3, 3), fc.constant(0)),
      mean: float(-50, 50),
      variance: float(1e-3, 100),
      beta: float(-3, 3),
      step: float(0.01, 2),
      bits: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(
        channel,
        fc.integer({ min: -300, max: 0 }),
        fc.integer({ min: 0, max: 300 }),
        (c, min, max) => {
          const map: ChannelMap = withBatchNorm(plainMap(exactly(c.scale)), { ...c, epsilon: 0 });
          const { direction, thresholds } = channelThresholds(map, exactly(c.step), c.bits, { min, max });
          for (let x = min; x <= max; x++) {
            const code = thresholds.filter((t) => (direction > 0 ? x >= t : x <= t)).length;
            const ratio = ((c.gamma * (c.scale * x - c.mean)) / Math.sqrt(c.variance) + c.beta) / c.step;
            if (Math.abs(ratio - Math.floor(ratio) - 0.5) < 1e-9 * (1 + Math.abs(ratio))) continue;
            expect(code).toBe(roundHalfToEven(Math.min(2 ** c.bits - 1, Math.max(0, ratio))));
          }
          for (let k = 1; k < thresholds.length; k++)
            expect((thresholds[k] - thresholds[k - 1]) * direction).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
