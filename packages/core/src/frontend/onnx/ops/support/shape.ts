import type { EvaluationContext } from '../../operator.ts';
import type { OnnxTensor } from '../../tensor.ts';
import { allocate, checkLength, isBig } from './elements.ts';
import { invalid } from './problem.ts';

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Row-major strides, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** `[a, b]` as text. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** An axis counted from the front. `rank` is exclusive, or inclusive with `end`. */
export function normalAxis(
  context: EvaluationContext,
  axis: number,
  rank: number,
  { end = false }: { readonly end?: boolean } = {},
): number {
  const last = end ? rank : rank - 1;
  const normal = axis < 0 ? axis + rank : axis;
  if (normal < 0 || normal > last)
    return invalid(context, `axis ${axis} of a tensor of rank ${rank}`, `it lies in [-${rank}, ${last}]`);
  return normal;
}

/** Distinct axes counted from the front, in the given order. */
export function normalAxes(context: EvaluationContext, axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => normalAxis(context, axis, rank));
  if (new Set(normal).size < normal.length)
    invalid(context, `axes ${shapeText(axes)} name one axis twice`, 'name each axis once');
  return normal;
}

/** Common shape of operands by numpy's rules (ONNX "multidirectional broadcasting"). */
export function broadcastShape(context: EvaluationContext, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const first = rank - shape.length;
    shape.forEach((size, i) => {
      const axis = first + i;
      if (size === result[axis] || size === 1) return;
      if (result[axis] !== 1)
        invalid(
          context,
          `shapes ${shapes.map(shapeText).join(' and ')} do not broadcast`,
          'sizes of an axis are equal or 1',
        );
      result[axis] = size;
    });
  }
  checkLength(context, sizeOf(result));
  return result;
}

/**
 * For each element of `shape` in row-major order the offset of the element of an operand of shape
 * `from` that is broadcast to it; null when offsets are the elements' own.
 */
export function broadcastOffsets(from: readonly number[], shape: readonly number[]): Int32Array | null {
  if (from.length === shape.length && from.every((size, axis) => size === shape[axis])) return null;
  const strides = stridesOf(from);
  const first = shape.length - from.length;
  return offsets(
    shape,
    shape.map((_, axis) => (axis < first || from[axis - first] === 1 ? 0 : strides[axis - first])),
  );
}

/** Offsets `start + sum(index[axis] * strides[axis])` of all elements of `shape`, row-major. */
export function offsets(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  if (result.length === 0) return result;
  result[0] = start;
  // Axis by axis from the last: what is filled is repeated at the next axis's stride.
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let i = 1; i < shape[axis]; i++)
      for (let j = 0; j < filled; j++) result[i * filled + j] = result[j] + i * strides[axis];
    filled *= shape[axis];
  }
  return result;
}

/**
 * A tensor whose element i is element `source[i]` of `tensor`; -1 takes `fill` (default zero): what
 * Slice, Transpose, Pad, Gather and others do.
 */
export function rearrange(
  context: EvaluationContext,
  tensor: OnnxTensor,
  shape: readonly number[],
  source: Int32Array,
  fill: number | bigint = 0,
): OnnxTensor {
  const from = tensor.data;
  const data = allocate(context, tensor.type, source.length);
  if (isBig(from) && isBig(data)) {
    const value = BigInt(fill);
    for (let i = 0; i < source.length; i++) data[i] = source[i] < 0 ? value : from[source[i]];
  } else if (!isBig(from) && !isBig(data)) {
    const value = Number(fill);
    for (let i = 0; i < source.length; i++) data[i] = source[i] < 0 ? value : from[source[i]];
  }
  return { type: tensor.type, shape, data };
}

/**
 * A tensor seen as [outer, size, inner] around one axis.
 */
export function around(
  shape: readonly number[],
  axis: number,
): { readonly outer: number; readonly size: number; readonly inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), size: shape[axis], inner: sizeOf(shape.slice(axis + 1)) };
}
