import type { EvaluationContext } from '../../operator.ts';
import type { OnnxElementType, OnnxTensor } from '../../tensor.ts';
import { checkType, float64Of, isBig, numbersOf, roundHalfEven } from './elements.ts';
import { quantizedRange } from './granularity.ts';
import { required, scalarOf, type Inputs } from './inputs.ts';
import { invalid } from './problem.ts';
import { shapeText } from './shape.ts';

/** Types of the operands of integer products. */
export const OPERAND_TYPES: readonly OnnxElementType[] = ['int8', 'uint8'];

/**
 * Levels less their zero point, as float64: sums of their products are exact integers.
 *
 * @param zeroPoint of `x`'s type, with one value for all or one for each index of `axis`; null: 0.
 */
export function centred(
  context: EvaluationContext,
  what: string,
  x: OnnxTensor,
  zeroPoint: OnnxTensor | null,
  axis: number | null,
): Float64Array {
  checkType(context, what, x, OPERAND_TYPES);
  const values = Float64Array.from(float64Of(x));
  if (zeroPoint === null) return values;
  if (zeroPoint.type !== x.type)
    invalid(context, `${what} is ${x.type}, its zero point ${zeroPoint.type}`, 'their types are equal');
  const zeros = numbersOf(zeroPoint);
  if (zeros.length !== 1 && (axis === null || zeros.length !== x.shape[axis]))
    invalid(
      context,
      `zero point ${shapeText(zeroPoint.shape)} of ${what} ${shapeText(x.shape)}`,
      'one value for all, or one for each output channel',
    );
  const inner = axis === null ? 1 : x.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  for (let i = 0; i < values.length; i++)
    values[i] -= zeros[zeros.length === 1 ? 0 : Math.floor(i / inner) % zeros.length];
  return values;
}

/** Exact integer sums as int32, low 32 bits as in C. */
export function int32Tensor(shape: readonly number[], sums: Float64Array): OnnxTensor {
  return { type: 'int32', shape, data: Int32Array.from(sums) };
}

/**
 * saturate(round(sum (a_scale b_scale / y_scale)) + y_zero_point), ties to even, in float32 as ONNX
 * Runtime computes it. Inputs 1, 4, 6 and 7 of QLinearConv and QLinearMatMul are the scales and y's zero point.
 *
 * @param axis of the output along which the scale of the second operand changes.
 */
export function requantize(
  context: EvaluationContext,
  inputs: Inputs,
  shape: readonly number[],
  sums: Float64Array,
  axis: number,
): OnnxTensor {
  const scaleOf = (index: number): OnnxTensor => {
    const tensor = required(context, inputs, index);
    checkType(context, `input ${index}`, tensor, ['float32']);
    return tensor;
  };
  const aScale = scalarOf(context, 'the scale of the first operand', scaleOf(1));
  const bScales = numbersOf(scaleOf(4));
  const yScale = scalarOf(context, 'y_scale', scaleOf(6));
  const yZero = required(context, inputs, 7);
  checkType(context, 'y_zero_point', yZero, OPERAND_TYPES);
  const zero = scalarOf(context, 'y_zero_point', yZero);
  const [low, high] = quantizedRange(context, yZero.type);
  if (bScales.length !== 1 && bScales.length !== shape[axis])
    invalid(context, `${bScales.length} scales for ${shape[axis]} outputs`, 'one for all or one for each');
  const factors = Float64Array.from(bScales, (scale) => Math.fround(Math.fround(aScale * scale) / yScale));
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const data = yZero.type === 'int8' ? new Int8Array(sums.length) : new Uint8Array(sums.length);
  for (let i = 0; i < sums.length; i++) {
    const factor = factors[factors.length === 1 ? 0 : Math.floor(i / inner) % factors.length];
    const level = roundHalfEven(Math.fround(Math.fround(sums[i]) * factor)) + zero;
    data[i] = Math.max(low, Math.min(high, level));
  }
  return { type: yZero.type, shape, data };
}

/** Refuses what is not a vector of int32 with one value for each filter, and gives its values. */
export function int32Bias(context: EvaluationContext, bias: OnnxTensor, filters: number): Int32Array {
  checkType(context, 'the bias', bias, ['int32']);
  if (bias.data.length !== filters || isBig(bias.data))
    invalid(context, `bias ${shapeText(bias.shape)} for ${filters} filters`, 'one value for each');
  return Int32Array.from(numbersOf(bias));
}
