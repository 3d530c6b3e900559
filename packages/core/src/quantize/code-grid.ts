import {
  add,
  compare,
  divide,
  exactly,
  floor,
  multiply,
  ONE,
  rational,
  subtract,
  type Rational,
} from './rational.ts';

/**
 * An activation quantizer, exact: `real = step * (code - zeroPoint)`, codes `least .. most` in use. What it
 * reads passes a leaky ReLU of `negativeSlope` first: a grid is a rising function from reals to codes.
 *
 * An integer zero point is added after rounding, as ONNX QuantizeLinear does and the trainer's graph:
 * `code = clamp(roundHalfToEven(y / step) + zeroPoint)`. With a half zero point,
 * `code = clamp(roundHalfToEven(y / step + zeroPoint))`.
 */
export interface CodeGrid {
  readonly step: Rational;
  /** A multiple of 1/2. */
  readonly zeroPoint: number;
  /** What values below 0 are multiplied by before they are quantized, positive; 1 leaves them. */
  readonly negativeSlope: Rational;
  /** Width of the codes. */
  readonly bits: number;
  /** Smallest code that is made: above 0 where a ReLU or clip keeps smaller ones away. */
  readonly least: number;
  /** Largest code that is made. */
  readonly most: number;
}

/** The grid of all codes of a width. */
export function codeGrid(step: Rational, bits: number, zeroPoint = 0, levels = 2 ** bits): CodeGrid {
  return { step, zeroPoint, bits, negativeSlope: ONE, least: 0, most: levels - 1 };
}

/** What is added to `y / step` after rounding. */
function addedAfter(zeroPoint: number): number {
  return Number.isInteger(zeroPoint) ? zeroPoint : 0;
}

/** Where code k begins (k - 1/2, seen from the zero point), and whether the boundary itself is code k: ties go to even. */
export function boundary(
  { step, zeroPoint, negativeSlope }: CodeGrid,
  k: number,
): { readonly level: Rational; readonly tieCounts: boolean } {
  const quantized = multiply(step, subtract(rational(BigInt(2 * k - 1), 2n), exactly(zeroPoint)));
  // The leaky ReLU's inverse: what is below 0 behind it was below 0 before.
  const level = quantized.numerator < 0n ? divide(quantized, negativeSlope) : quantized;
  return { level, tieCounts: (k - addedAfter(zeroPoint)) % 2 === 0 };
}

/** The code of a real number, within `least .. most`. */
export function codeOf(grid: CodeGrid, value: Rational): number {
  const after = addedAfter(grid.zeroPoint);
  const leaked = value.numerator < 0n ? multiply(value, grid.negativeSlope) : value;
  const shifted = add(divide(leaked, grid.step), exactly(grid.zeroPoint - after));
  const below = floor(shifted);
  const half = compare(subtract(shifted, rational(below)), rational(1n, 2n));
  const up = half > 0 || (half === 0 && below % 2n !== 0n);
  const code = Number(below + (up ? 1n : 0n)) + after;
  return clampCode(grid, code);
}

/** `code` within `least .. most`. */
export function clampCode({ least, most }: Pick<CodeGrid, 'least' | 'most'>, code: number): number {
  return Math.min(most, Math.max(least, code));
}
