import { boundary, type CodeGrid } from './code-grid.ts';
import { approximate, type ChannelMap } from './normalization.ts';
import { multiply, sign, subtract, toNumber, type Rational } from './rational.ts';

/** Interval of integers, inclusive. */
export interface Bound {
  readonly min: number;
  readonly max: number;
}

/** The thresholds of one channel, in the form of a threshold node. */
export interface ChannelThresholds {
  readonly direction: 1 | -1;
  /** Length 2^bits - 1. */
  readonly thresholds: readonly number[];
}

/**
 * Decides `y(x) >= level` exactly, where a tie counts when `tieCounts`.
 *
 * The square root is isolated, `gamma (scale x - mean) >= (level - beta) sqrt(variance)`, signs compared,
 * then squares: all in integers.
 */
export function reaches(map: ChannelMap, level: Rational, tieCounts: boolean): (x: number) => boolean {
  const right = subtract(level, map.beta);
  const rightSign = sign(right.numerator);
  const slope = multiply(map.gamma, map.scale);
  const offset = multiply(map.gamma, map.mean);
  // left(x) = (a x - b) / d; right^2 * variance = p / q; compare (a x - b)^2 q with p d^2.
  const a = slope.numerator * offset.denominator;
  const b = offset.numerator * slope.denominator;
  const d = slope.denominator * offset.denominator;
  const square = multiply(multiply(right, right), map.variance);
  const bar = square.numerator * d * d;
  return (x) => {
    const left = a * BigInt(x) - b;
    const leftSign = sign(left);
    let order = leftSign - rightSign;
    if (order === 0 && leftSign !== 0) order = sign(left * left * square.denominator - bar) * leftSign;
    return order > 0 || (order === 0 && tieCounts);
  };
}

/** The smallest x in `min .. max + 1` with `reached(x)` (max + 1: never), for a `reached` that rises in x. */
function firstReached(reached: (x: number) => boolean, bound: Bound, guess: number): number {
  for (const x of [guess, guess - 1, guess + 1]) {
    if (x > bound.min && x <= bound.max && reached(x) && !reached(x - 1)) return x;
  }
  let low = bound.min - 1; // not reached, by convention
  let high = bound.max + 1; // reached, by convention
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The integer thresholds by which a channel's integers become unsigned codes, so that `code(x)` is the
 * code that the grid gives `y(x)`, within `grid.least .. grid.most`, for every x within the bound, in real
 * arithmetic. Thresholds never reached (those of codes above `grid.most` among them) lie just outside the
 * bound (max + 1, or min - 1 where the channel falls), thresholds always reached (up to `grid.least`) on its
 * edge; a constant channel (gamma 0) rises.
 */
export function channelThresholds(map: ChannelMap, grid: CodeGrid, bound: Bound): ChannelThresholds {
  const direction = map.gamma.numerator < 0n ? -1 : 1;
  const { slope, intercept } = approximate(map);
  const [always, never] = direction > 0 ? [bound.min, bound.max + 1] : [bound.max, bound.min - 1];
  const thresholds = Array.from({ length: 2 ** grid.bits - 1 }, (_, index) => {
    const k = index + 1;
    if (k <= grid.least) return always;
    if (k > grid.most) return never;
    const { level, tieCounts } = boundary(grid, k);
    const reached = reaches(map, level, tieCounts);
    const crossing = (toNumber(level) - intercept) / slope;
    if (direction > 0) return firstReached(reached, bound, Math.ceil(crossing));
    // A falling channel is a rising one of -x: the threshold is the largest x that is reached.
    return -firstReached((x) => reached(-x), { min: -bound.max, max: -bound.min }, Math.ceil(-crossing)) + 0;
  });
  return { direction, thresholds };
}
