import { fail } from '../diagnostics/index.ts';
import { approximate, type ChannelMap } from './normalization.ts';
import { add, divide, multiply, negate, powerOfTwo, rational, round, roundOverSqrt } from './rational.ts';
import type { Bound } from './thresholds.ts';

/** The integers of an affine node, and its proven error. */
export interface AffineParameters {
  readonly multiplier: Int32Array;
  readonly offset: Float64Array;
  readonly shift: number;
  readonly errorBoundLsb: number;
}

const GUARD_BITS = 40;

/** The largest shift at which every product and sum stays exact, or -1. */
function chooseShift(maps: readonly ChannelMap[], fractionBits: number, reach: number): number {
  let largest = 48;
  for (const map of maps) {
    const { slope, intercept } = approximate(map);
    const gain = Math.abs(slope) * 2 ** fractionBits;
    const total = gain * reach + Math.abs(intercept) * 2 ** fractionBits + 1;
    // Margins of one part in 2^20 make up for the float64 estimate.
    const byMultiplier = Math.floor(Math.log2((2 ** 31 - 2 ** 11) / Math.max(gain, 2 ** -60)));
    const bySum = Math.floor(Math.log2((2 ** 53 - 2 ** 33) / total) - 1e-9);
    largest = Math.min(largest, byMultiplier, bySum);
  }
  return largest;
}

/**
 * Approximates the real maps by `floor((multiplier x + offset) / 2^shift)` with a last place of
 * 2^-fractionBits. Multiplier and offset are the exact real numbers rounded to nearest (BigInt,
 * square root included), so over |x| <= reach
 *
 *     |y - exact| <= 1/2 (final rounding) + (reach / 2 + 1/2 + 2^-40) / 2^shift   in last places.
 *
 * @param maps one per channel, or one for all.
 * @param path of the model node, for messages.
 * @throws TallyError `stream-overflow` when no shift keeps the arithmetic exact.
 */
export function affineParameters(
  maps: readonly ChannelMap[],
  fractionBits: number,
  bound: Bound,
  path: string,
): AffineParameters {
  const reach = Math.max(Math.abs(bound.min), Math.abs(bound.max));
  const shift = chooseShift(maps, fractionBits, reach);
  if (shift < 0) {
    fail(
      'stream-overflow',
      path,
      `cannot be scaled to ${fractionBits} fraction bits within 2^53 (inputs reach ${reach})`,
      'use larger activation steps or smaller batch norm gains',
    );
  }
  const unit = powerOfTwo(fractionBits + shift);
  const guard = powerOfTwo(GUARD_BITS);
  const multiplier = Int32Array.from(maps, (map) =>
    Number(roundOverSqrt(multiply(multiply(map.gamma, map.scale), unit), map.variance)),
  );
  const half = shift > 0 ? rational(1n << BigInt(shift - 1)) : rational(0n);
  const offset = Float64Array.from(maps, (map) => {
    const guarded = roundOverSqrt(
      negate(multiply(multiply(map.gamma, map.mean), multiply(unit, guard))),
      map.variance,
    );
    const value = add(multiply(map.beta, unit), divide(rational(guarded), guard));
    return Number(round(add(value, half)));
  });
  const rounding = shift > 0 ? 0.5 : 0;
  return {
    multiplier,
    offset,
    shift,
    errorBoundLsb: rounding + (reach / 2 + 0.5 + 2 ** -GUARD_BITS) / 2 ** shift,
  };
}
