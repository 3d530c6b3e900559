import type { ElementType } from '@tally/core';
import type { Random } from '../../../core/src/testing/index.ts';
import type { Value } from './float-application.test-support.ts';

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Multiples of 1/64 in [-4, 4): halves, ties and repeated values happen. */
export function reals(random: Random, shape: readonly number[], low = -4, high = 4): Value {
  const data = Array.from({ length: sizeOf(shape) }, () => random.integer(low * 64, high * 64 - 1) / 64);
  return { type: 'float32', shape, data };
}

/** Distinct reals: their order has no ties. */
export function distinctReals(random: Random, shape: readonly number[]): Value {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => ({ value: i / 8 - 3, key: random.unit() }));
  return { type: 'float32', shape, data: values.sort((a, b) => a.key - b.key).map(({ value }) => value) };
}

export function integers(
  random: Random,
  type: ElementType,
  shape: readonly number[],
  low: number,
  high: number,
): Value {
  return { type, shape, data: Array.from({ length: sizeOf(shape) }, () => random.integer(low, high)) };
}

/** A list of integers as a vector. */
export function vector(values: readonly number[], type: ElementType = 'int64'): Value {
  return { type, shape: [values.length], data: values };
}

export function scalar(value: number, type: ElementType = 'float32'): Value {
  return { type, shape: [], data: [value] };
}

/** A shape of the rank with sizes 1 to `most`. */
export function shapeOf(random: Random, rank: number, most = 4): number[] {
  return Array.from({ length: rank }, () => random.integer(1, most));
}

/** A shape that broadcasts to `shape`: leading axes dropped, some sizes 1. */
export function broadcasting(random: Random, shape: readonly number[]): number[] {
  return shape.slice(random.integer(0, shape.length)).map((size) => (random.chance(0.4) ? 1 : size));
}

/** Some distinct axes of a rank (at least one), some counted from the back. */
export function someAxes(random: Random, rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter(() => random.chance(0.5));
  const chosen = axes.length === 0 ? [random.integer(0, rank - 1)] : axes;
  return chosen.map((axis) => (random.chance(0.3) ? axis - rank : axis));
}
