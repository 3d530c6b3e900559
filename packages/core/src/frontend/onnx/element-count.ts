/**
 * Number of elements of a shape, 1 for a scalar: exact below 2^53; beyond that only fit to be
 * compared with smaller numbers.
 */
export function countElements(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}
