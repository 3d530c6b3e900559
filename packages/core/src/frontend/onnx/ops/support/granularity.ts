import type { EvaluationContext } from '../../operator.ts';
import type { OnnxElementType, OnnxTensor } from '../../tensor.ts';
import { intAttribute } from './attributes.ts';
import { integerRange } from './elements.ts';
import { invalid, unsupported } from './problem.ts';
import { normalAxis, shapeText, sizeOf, stridesOf } from './shape.ts';

/**
 * For each element of `shape` the offset of its scale: one for all (null), one for each index of the
 * attribute `axis` (since opset 13), or one for each block of `block_size` along it (since opset 21).
 */
export function scaleOffsets(
  context: EvaluationContext,
  shape: readonly number[],
  scale: OnnxTensor,
): Int32Array | null {
  const block = intAttribute(context, 'block_size', 0);
  if (block === 0 && scale.data.length === 1 && scale.shape.length <= 1) return null;
  if (context.opset < 13)
    invalid(
      context,
      `scale ${shapeText(scale.shape)} at opset ${context.opset}`,
      'per-axis scales begin at 13',
    );
  const axis = normalAxis(context, intAttribute(context, 'axis', 1), shape.length);
  const expected =
    block === 0 ? [shape[axis]] : shape.map((size, i) => (i === axis ? Math.ceil(size / block) : size));
  if (block < 0 || shapeText(expected) !== shapeText(scale.shape))
    invalid(
      context,
      `scale ${shapeText(scale.shape)} for ${shapeText(shape)}, axis ${axis}, block_size ${block}`,
      `expected ${shapeText(expected)}`,
    );
  const inner = stridesOf(shape)[axis];
  const size = shape[axis];
  const result = new Int32Array(sizeOf(shape));
  for (let i = 0; i < result.length; i++) {
    const index = Math.floor(i / inner) % size;
    result[i] =
      block === 0
        ? index
        : (Math.floor(i / (inner * size)) * expected[axis] + Math.floor(index / block)) * inner + (i % inner);
  }
  return result;
}

/** Zero points must have the shape of their scales; null when there are none. */
export function checkZeroPoint(
  context: EvaluationContext,
  scale: OnnxTensor,
  zeroPoint: OnnxTensor | null,
): void {
  if (zeroPoint !== null && zeroPoint.data.length !== scale.data.length)
    invalid(
      context,
      `zero point ${shapeText(zeroPoint.shape)} with scale ${shapeText(scale.shape)}`,
      'their shapes are equal',
    );
}

/** Range of a quantized type. */
export function quantizedRange(
  context: EvaluationContext,
  type: OnnxElementType,
): readonly [low: number, high: number] {
  return (
    integerRange(type) ??
    unsupported(context, `quantizes to ${type}`, 'use an integer type of at most 32 bits')
  );
}
