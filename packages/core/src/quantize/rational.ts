/** An exact fraction; the denominator is positive, common factors may remain. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** `numerator / denominator`, denominator not zero. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  return denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator };
}

export const ZERO = rational(0n);
export const ONE = rational(1n);

/** The exact value of a finite number: every float is an integer times a power of two. */
export function exactly(value: number): Rational {
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  return rational(BigInt(mantissa), 1n << BigInt(exponent));
}

/** 2^exponent, of any sign. */
export function powerOfTwo(exponent: number): Rational {
  return exponent < 0 ? rational(1n, 1n << BigInt(-exponent)) : rational(1n << BigInt(exponent));
}

export function multiply(a: Rational, b: Rational): Rational {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** a / b, b not zero. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function add(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

/** -1, 0 or 1. */
export function sign(value: bigint): number {
  return value > 0n ? 1 : value < 0n ? -1 : 0;
}

/** The sign of a - b. */
export function compare(a: Rational, b: Rational): number {
  return sign(a.numerator * b.denominator - b.numerator * a.denominator);
}

/** Rounded down. */
export function floor({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

/** To the nearest integer, halves up. */
export function round(value: Rational): bigint {
  return floor(add(value, rational(1n, 2n)));
}

/** Nearest float64 within a few units of the last place; for guesses and reports. */
export function toNumber({ numerator, denominator }: Rational): number {
  if (numerator === 0n) return 0;
  const length = (value: bigint): number => (value < 0n ? -value : value).toString(2).length;
  const shift = 64 + length(denominator) - length(numerator);
  const scaled =
    shift >= 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift));
  // In two steps, so that neither power of two leaves the range of float64.
  const half = Math.trunc(-shift / 2);
  return Number(scaled) * 2 ** half * 2 ** (-shift - half);
}

/** floor(sqrt(value)), value >= 0 (Newton's method from above). */
export function integerSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let estimate = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (estimate + value / estimate) >> 1n;
    if (next >= estimate) return estimate;
    estimate = next;
  }
}

/** The square root of a positive fraction, or null when it is none. */
export function squareRoot({ numerator, denominator }: Rational): Rational | null {
  // sqrt(n / d) = sqrt(n d) / d, whatever factors n and d share.
  const square = numerator * denominator;
  const root = integerSqrt(square);
  return root * root === square ? rational(root, denominator) : null;
}

/** `value / sqrt(radicand)` to the nearest integer, exactly; radicand positive. */
export function roundOverSqrt(value: Rational, radicand: Rational): bigint {
  // |v| / sqrt(r) = sqrt(v^2 / r), and round(x) = floor((floor(2 x) + 1) / 2).
  const square = divide(multiply(value, value), radicand);
  const doubled = integerSqrt(floor(multiply(rational(4n), square)));
  const magnitude = (doubled + 1n) >> 1n;
  return value.numerator < 0n ? -magnitude : magnitude;
}
