import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeGrid } from './code-grid.ts';
import {
  approximate,
  plainMap,
  withBatchNorm,
  type BatchNormChannel,
  type ChannelMap,
} from './normalization.ts';
import { exactly, powerOfTwo } from './rational.ts';
import { channelThresholds } from './thresholds.ts';
import { roundHalfToEven } from './weights.ts';

const wide = { min: -1000, max: 1000 };
const unit = codeGrid(exactly(1), 2);

/** A map of one batch norm. */
function normalized(map: ChannelMap, channel: BatchNormChannel): ChannelMap {
  const made = withBatchNorm(map, channel);
  if (made === null) throw new Error('a batch norm over none is always a map');
  return made;
}

describe('channelThresholds, by hand', () => {
  it('ties go to the even code', () => {
    // y = x / 4, step 1/2. k = 1: y >= 1/4, a tie at x = 1 goes to 0, so 2. k = 2: y >= 3/4, the tie at x = 3 goes to 2, so 3.
    // k = 3: y >= 5/4, the tie at x = 5 goes to 2, so 6.
    expect(channelThresholds(plainMap(powerOfTwo(-2)), codeGrid(powerOfTwo(-1), 2), wide)).toEqual({
      direction: 1,
      thresholds: [2, 3, 6],
    });
  });

  it('falls where gamma is negative, square root exact', () => {
    // y = -(x - 2) / sqrt(3.5 + 0.5) + 1 = 2 - x / 2, step 1. k = 1: y >= 1/2 means x <= 3, tie at 3 goes to 0, so 2.
    // k = 2: x <= 1, tie at 1 goes to 2, so 1. k = 3: x <= -1, tie goes to 2, so -2.
    const map = normalized(plainMap(exactly(1)), {
      gamma: -1,
      beta: 1,
      mean: 2,
      variance: 3.5,
      epsilon: 0.5,
    });
    expect(channelThresholds(map, unit, wide)).toEqual({ direction: -1, thresholds: [2, 1, -2] });
  });

  it('irrational square root', () => {
    // y = x / sqrt(2), step 1: y >= 1/2 from x = 1 (0.71), y >= 3/2 from x = 3 (2.12; x = 2 gives 1.41), y >= 5/2 from x = 4 (2.83).
    const map = normalized(plainMap(exactly(1)), { gamma: 1, beta: 0, mean: 0, variance: 2, epsilon: 0 });
    expect(channelThresholds(map, unit, wide).thresholds).toEqual([1, 3, 4]);
  });

  it('a bias moves the crossing exactly: y = x / 4 + 1/4', () => {
    // step 1/2, k = 1: tie at x = 0 goes to 0, so 1; k = 2: tie at x = 2 goes to 2, so 2; k = 3: tie at x = 4 goes to 2, so 5.
    expect(
      channelThresholds(plainMap(powerOfTwo(-2), powerOfTwo(-2)), codeGrid(powerOfTwo(-1), 2), wide)
        .thresholds,
    ).toEqual([1, 2, 5]);
  });

  it('a zero point moves the codes, ties stay even from it; codes that are not in use are never reached', () => {
    // y = x / 2, step 1, zero point 1, codes 0, 1, 2 of two bits for -1, 0, 1.
    // k = 1 (from 0 to -1 and up): y >= -1/2, the tie at x = -1 rounds to -0: code 1, so -1.
    // k = 2: y >= 1/2, the tie at x = 1 rounds to 0, so 2. k = 3 is not in use: max + 1.
    const half = plainMap(powerOfTwo(-1));
    expect(channelThresholds(half, codeGrid(exactly(1), 2, 1, 3), wide).thresholds).toEqual([-1, 2, 1001]);
    // Zero point 1/2, two codes for -1/2 and 1/2: y + 1/2 rounds half to even, the tie at x = 0 goes to code 0, so 1.
    expect(channelThresholds(half, codeGrid(exactly(1), 1, 0.5), wide).thresholds).toEqual([1]);
  });

  it('a smallest code in use is always reached', () => {
    const grid = { ...codeGrid(exactly(1), 2), least: 2 };
    expect(channelThresholds(plainMap(exactly(1)), grid, { min: -5, max: 9 }).thresholds).toEqual([
      -5, -5, 3,
    ]);
  });

  it('constant, never and always stay at the edges of the bound', () => {
    // y = 1.2 whatever x: code 1 at step 1, so threshold 1 always (min), thresholds 2 and 3 never (max + 1).
    const constant = normalized(plainMap(exactly(1)), {
      gamma: 0,
      beta: 1.25,
      mean: 0,
      variance: 1,
      epsilon: 0,
    });
    expect(channelThresholds(constant, unit, { min: -5, max: 9 })).toEqual({
      direction: 1,
      thresholds: [-5, 10, 10],
    });
    // y = -x + 100 over -5 .. 9 is always above 2.5: the falling channel's thresholds are at the top, 9.
    const falling = normalized(plainMap(exactly(1)), {
      gamma: -1,
      beta: 100,
      mean: 0,
      variance: 1,
      epsilon: 0,
    });
    expect(channelThresholds(falling, unit, { min: -5, max: 9 })).toEqual({
      direction: -1,
      thresholds: [9, 9, 9],
    });
    // y = -x - 100: never, one below the bottom.
    const never = normalized(plainMap(exactly(1)), {
      gamma: -1,
      beta: -100,
      mean: 0,
      variance: 1,
      epsilon: 0,
    });
    expect(channelThresholds(never, unit, { min: -5, max: 9 }).thresholds).toEqual([-6, -6, -6]);
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
      used: fc.double({ min: 0, max: 1, noNaN: true }),
      zero: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        channel,
        fc.integer({ min: -300, max: 0 }),
        fc.integer({ min: 0, max: 300 }),
        (c, min, max) => {
          const map: ChannelMap = normalized(plainMap(exactly(c.scale)), { ...c, epsilon: 0 });
          const levels = 2 + Math.round(c.used * (2 ** c.bits - 2));
          const zeroPoint = Math.round(2 * c.zero * (levels - 1)) / 2;
          const grid = codeGrid(exactly(c.step), c.bits, zeroPoint, levels);
          const { direction, thresholds } = channelThresholds(map, grid, { min, max });
          for (let x = min; x <= max; x++) {
            const code = thresholds.filter((t) => (direction > 0 ? x >= t : x <= t)).length;
            const ratio =
              ((c.gamma * (c.scale * x - c.mean)) / Math.sqrt(c.variance) + c.beta) / c.step + zeroPoint;
            if (Math.abs(ratio - Math.floor(ratio) - 0.5) < 1e-9 * (1 + Math.abs(ratio))) continue;
            expect(code).toBe(roundHalfToEven(Math.min(levels - 1, Math.max(0, ratio))));
          }
          for (let k = 1; k < thresholds.length; k++)
            expect((thresholds[k] - thresholds[k - 1]) * direction).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('withBatchNorm over a batch norm', () => {
  const float = (min: number, max: number): fc.Arbitrary<number> =>
    fc.double({ min, max, noNaN: true }).map(Math.fround);
  const channel = fc.record({
    gamma: fc.oneof(float(-3, 3), fc.constant(0)),
    beta: float(-3, 3),
    mean: float(-3, 3),
    variance: float(0.01, 9),
    epsilon: fc.constant(0),
  });
  const affine = channel.map((values) => ({ ...values, variance: 2.25 }));
  const apply = (c: BatchNormChannel, x: number): number =>
    (c.gamma * (x - c.mean)) / Math.sqrt(c.variance) + c.beta;

  it('is one map where either variance is a square, whichever comes first', () => {
    fc.assert(
      fc.property(channel, affine, fc.boolean(), float(-50, 50), (other, square, first, x) => {
        const [inner, outer] = first ? [square, other] : [other, square];
        const map = normalized(normalized(plainMap(exactly(0.5)), inner), outer);
        const { slope, intercept } = approximate(map);
        expect(map.scale.numerator >= 0n).toBe(true);
        const real = apply(outer, apply(inner, 0.5 * x));
        expect(Math.abs(slope * x + intercept - real)).toBeLessThan(1e-9 * (1 + Math.abs(real)) + 1e-7);
      }),
      { numRuns: 500 },
    );
  });

  it('is none where neither is', () => {
    const two = { gamma: 1, beta: 0, mean: 0, variance: 2, epsilon: 0 };
    expect(withBatchNorm(normalized(plainMap(exactly(1)), two), two)).toBeNull();
  });

  it('by hand: 2 (x - 1) / 3 + 1/2, then -(y - 1) / 2', () => {
    // y = 2 x / 3 - 1/6; z = (1 - y) / 2 = 7/12 - x / 3. Code 1 at step 1/4: z >= 1/8, x <= 11/8: threshold 1.
    // Code 2: z >= 3/8, x <= 5/8: 0. Code 3: z >= 5/8, x <= -1/8: -1.
    const inner = normalized(plainMap(exactly(1)), { gamma: 2, beta: 0.5, mean: 1, variance: 9, epsilon: 0 });
    const both = normalized(inner, { gamma: -1, beta: 0, mean: 1, variance: 4, epsilon: 0 });
    expect(channelThresholds(both, codeGrid(powerOfTwo(-2), 2), wide)).toEqual({
      direction: -1,
      thresholds: [1, 0, -1],
    });
  });
});
