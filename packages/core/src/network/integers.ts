import type { Check } from './check.ts';
import type { Shape } from './network.ts';
import type { IntegersType, TensorType } from './tensor-type.ts';

/** Smallest and largest value that a tensor of integers may hold. */
export const INT32_MIN = -(2 ** 31);
export const INT32_MAX = 2 ** 31 - 1;

/** Closed interval of the values of a tensor: a code's range or the proven integer bound. */
export function valueRange(type: TensorType): { readonly min: number; readonly max: number } {
  switch (type.kind) {
    case 'codes':
      return { min: 0, max: 2 ** type.bits - 1 };
    case 'integers':
      return { min: type.min, max: type.max };
    default:
      return type satisfies never;
  }
}

/** Number of elements of a shape. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The type of integers within `min .. max`, or null and an issue when that does not lie strictly inside
 * int32: a threshold that is never reached is the next integer outside the bound.
 */
export function integersWithin(shape: Shape, min: number, max: number, check: Check): IntegersType | null {
  if (min > INT32_MIN && max < INT32_MAX) return { kind: 'integers', shape, min: min + 0, max: max + 0 };
  check.report(
    'integer-overflow',
    '',
    `can reach ${min} .. ${max}, which leaves the 32-bit signed range`,
    'use narrower codes, fewer inputs, a smaller bias or a larger shift',
  );
  return null;
}
