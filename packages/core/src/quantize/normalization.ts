import {
  add,
  divide,
  exactly,
  multiply,
  negate,
  ONE,
  squareRoot,
  subtract,
  toNumber,
  ZERO,
  type Rational,
} from './rational.ts';

/**
 * The real value of one channel as a function of an exact integer x, all parameters exact:
 * `y(x) = gamma * (scale * x - mean) / sqrt(variance) + beta`, variance positive, scale positive (0 where
 * the channel is constant).
 * A plain scale is gamma 1, mean 0, variance 1, beta 0; a bias b is mean -b.
 */
export interface ChannelMap {
  readonly scale: Rational;
  readonly gamma: Rational;
  readonly mean: Rational;
  /** Epsilon included. */
  readonly variance: Rational;
  readonly beta: Rational;
}

/** y = scale * x + bias. */
export function plainMap(scale: Rational, bias: Rational = ZERO): ChannelMap {
  return { scale, gamma: ONE, mean: negate(bias), variance: ONE, beta: ZERO };
}

/** True when the map multiplies by `scale` and does nothing else. */
export function isPlainScale(map: ChannelMap): boolean {
  return hasNoBatchNorm(map) && map.mean.numerator === 0n;
}

function isOne(value: Rational): boolean {
  return value.numerator === value.denominator;
}

/** True when the map is a positive scale and a bias. */
export function hasNoBatchNorm(map: ChannelMap): boolean {
  return isOne(map.gamma) && isOne(map.variance) && map.beta.numerator === 0n && map.scale.numerator > 0n;
}

/** Parameters of one batch norm channel, float32 values. */
export interface BatchNormChannel {
  readonly gamma: number;
  readonly beta: number;
  readonly mean: number;
  readonly variance: number;
  readonly epsilon: number;
}

/**
 * The map followed by a batch norm, or null when that is no map again: one of the two variances (epsilon
 * included) has to be the square of a fraction, as 1 of a constant affine is. Exact.
 */
export function withBatchNorm(map: ChannelMap, channel: BatchNormChannel): ChannelMap | null {
  const [gamma, beta, mean] = [exactly(channel.gamma), exactly(channel.beta), exactly(channel.mean)];
  const variance = add(exactly(channel.variance), exactly(channel.epsilon));
  if (hasNoBatchNorm(map)) return { scale: map.scale, gamma, mean: add(map.mean, mean), variance, beta };
  const inner = squareRoot(map.variance);
  if (inner !== null) {
    // gamma2 ((gamma1 / r) scale x - (gamma1 / r) mean1 + beta1 - mean2) / sqrt(variance2) + beta2.
    const gain = divide(map.gamma, inner);
    const falls = gain.numerator < 0n;
    const signed = (value: Rational): Rational => (falls ? negate(value) : value);
    return {
      scale: signed(multiply(gain, map.scale)),
      gamma: signed(gamma),
      mean: signed(add(multiply(gain, map.mean), subtract(mean, map.beta))),
      variance,
      beta,
    };
  }
  const outer = squareRoot(variance);
  if (outer === null) return null;
  const gain = divide(gamma, outer);
  return {
    ...map,
    gamma: multiply(gain, map.gamma),
    beta: add(multiply(gain, subtract(map.beta, mean)), beta),
  };
}

/** Slope and intercept of the map as float64: for choices that need no exactness. */
export function approximate(map: ChannelMap): { readonly slope: number; readonly intercept: number } {
  const gain = toNumber(map.gamma) / Math.sqrt(toNumber(map.variance));
  return { slope: gain * toNumber(map.scale), intercept: toNumber(map.beta) - gain * toNumber(map.mean) };
}
