/** 1.5 * 2^52: adding it to a float64 below 2^51 leaves no place for a fraction, the sum rounds half to even. */
const SHIFT = 1.5 * 2 ** 52;

/** To the nearest integer, halves to even, for magnitudes below 2^51: the inner loop of every step search. */
export function nearest(value: number): number {
  return value + SHIFT - SHIFT;
}
