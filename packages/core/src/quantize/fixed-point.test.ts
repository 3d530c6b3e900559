import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affineParameters } from './fixed-point.ts';
import { plainMap, withBatchNorm } from './normalization.ts';
import { exactly, powerOfTwo } from './rational.ts';

describe('affineParameters', () => {
  it('by hand: y = x / 4 with 8 fraction bits, |x| <= 100', () => {
    // Gain 2^8 / 4 = 64 = 2^6 and total 64 * 100 + 1 < 2^12.65: the multiplier allows a shift of 24 (2^30 < 2^31 - 2^11),
    // the sum 53 - 12.65 = 40. So multiplier 64 * 2^24 = 2^30 and offset 2^23 (the half).
    expect(affineParameters([plainMap(powerOfTwo(-2))], 8, { min: -100, max: 50 }, 'x')).toMatchObject({
      multiplier: Int32Array.of(2 ** 30),
      offset: Float64Array.of(2 ** 23),
      shift: 24,
    });
  });

  it('stays within its error bound, which is little above one half', () => {
    const float = (min: number, max: number): fc.Arbitrary<number> =>
      fc.double({ min, max, noNaN: true }).map(Math.fround);
    const channel = fc.record({
      gamma: float(-3, 3),
      mean: float(-20, 20),
      variance: float(0.01, 50),
      beta: float(-3, 3),
    });
    fc.assert(
      fc.property(
        channel,
        float(0.001, 0.02),
        fc.integer({ min: 4, max: 16 }),
        fc.integer({ min: 1, max: 5000 }),
        (c, scale, bits, reach) => {
          const map = withBatchNorm(plainMap(exactly(scale)), { ...c, epsilon: 0 })!;
          const { multiplier, offset, shift, errorBoundLsb } = affineParameters(
            [map],
            bits,
            { min: -reach, max: reach },
            'x',
          );
          expect(errorBoundLsb).toBeLessThan(0.7);
          for (const x of [-reach, -1, 0, 1, reach]) {
            const y = Math.floor((multiplier[0] * x + offset[0]) / 2 ** shift);
            const real = ((c.gamma * (scale * x - c.mean)) / Math.sqrt(c.variance) + c.beta) * 2 ** bits;
            expect(Math.abs(y - real)).toBeLessThanOrEqual(errorBoundLsb + 1e-6);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses what no shift can hold', () => {
    expect(() =>
      affineParameters([plainMap(powerOfTwo(30))], 10, { min: 0, max: 100 }, 'model.nodes.1(bn)'),
    ).toThrow(
      'model.nodes.1(bn): cannot be scaled to 10 fraction bits within 2^53 (inputs reach 100) [stream-overflow] — use larger activation steps or smaller batch norm gains',
    );
  });
});
