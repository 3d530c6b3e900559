import { add, exactly, negate, ONE, toNumber, ZERO, type Rational } from './rational.ts';

/**
 * The real value of one channel as a function of an exact integer x, all parameters exact:
 * `y(x) = gamma * (scale * x - mean) / sqrt(variance) + beta`, scale and variance positive.
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

/** True when the map is a scale and a bias. */
export function hasNoBatchNorm(map: ChannelMap): boolean {
  return isOne(map.gamma) && isOne(map.variance) && map.beta.numerator === 0n;
}

/** Parameters of one batch norm channel, float32 values. */
export interface BatchNormChannel {
  readonly gamma: number;
  readonly beta: number;
  readonly mean: number;
  readonly variance: number;
  readonly epsilon: number;
}

/** The map followed by a batch norm; `map` itself has none. */
export function withBatchNorm(map: ChannelMap, channel: BatchNormChannel): ChannelMap {
  return {
    scale: map.scale,
    gamma: exactly(channel.gamma),
    mean: add(map.mean, exactly(channel.mean)),
    variance: add(exactly(channel.variance), exactly(channel.epsilon)),
    beta: exactly(channel.beta),
  };
}

/** Slope and intercept of the map as float64: for choices that need no exactness. */
export function approximate(map: ChannelMap): { readonly slope: number; readonly intercept: number } {
  const gain = toNumber(map.gamma) / Math.sqrt(toNumber(map.variance));
  return { slope: gain * toNumber(map.scale), intercept: toNumber(map.beta) - gain * toNumber(map.mean) };
}
