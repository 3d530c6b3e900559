import type { Check } from '../check.ts';
import { integersWithin, valueRange } from '../integers.ts';
import type { AffineNode } from '../network.ts';
import type { TensorType } from '../tensor-type.ts';

const EXACT_LIMIT = 2 ** 53;

/** Integers or codes of any shape to integers of the same shape; channels are the first axis. */
export function checkAffine(node: AffineNode, input: TensorType, check: Check): TensorType | null {
  const [channels = 0] = input.shape;
  const rows = Math.max(node.multiplier.length, node.offset.length);
  for (const [field, length] of [
    ['multiplier', node.multiplier.length],
    ['offset', node.offset.length],
  ] as const) {
    if (length === 1 || length === channels) continue;
    check.report(
      'length-mismatch',
      field,
      `has ${length} elements, must have ${channels} (one per channel) or 1 (shared)`,
      'give one element per channel, or a single one',
    );
  }
  check.integer('shift', node.shift, 0, 48);
  if (!(node.errorBoundLsb >= 0 && node.errorBoundLsb < Infinity)) {
    check.report(
      'error-bound-illegal',
      'errorBoundLsb',
      `is ${node.errorBoundLsb}, must be finite and at least 0`,
      'state the bound in units of the last place',
    );
  }
  if (check.failed) return null;
  const range = valueRange(input);
  let min = Infinity;
  let max = -Infinity;
  for (let row = 0; row < rows; row++) {
    const multiplier = node.multiplier[node.multiplier.length === 1 ? 0 : row];
    const offset = node.offset[node.offset.length === 1 ? 0 : row];
    if (!Number.isSafeInteger(offset)) {
      check.report(
        'affine-offset-inexact',
        `offset[${row}]`,
        `is ${offset}, must be an integer below 2^53 in magnitude`,
        'round it, or reduce shift and multiplier',
      );
      return null;
    }
    if (multiplier === -(2 ** 31)) {
      check.report(
        'value-out-of-range',
        `multiplier[${row}]`,
        'is -2147483648, must be below 2^31 in magnitude',
        'reduce the multiplier and the shift',
      );
      return null;
    }
    const ends = [multiplier * range.min, multiplier * range.max];
    const sums = ends.map((end) => end + offset);
    if ([...ends, ...sums].some((value) => Math.abs(value) >= EXACT_LIMIT)) {
      check.report(
        'affine-intermediate-inexact',
        `multiplier[${row}]`,
        `is ${multiplier}: multiplier * x + offset reaches ${Math.max(...[...ends, ...sums].map(Math.abs))} for x in ${range.min} .. ${range.max}, must stay below 2^53`,
        'reduce multiplier, offset and shift together',
      );
      return null;
    }
    for (const sum of sums) {
      const value = Math.floor(sum / 2 ** node.shift);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return integersWithin(input.shape, min, max, check);
}
