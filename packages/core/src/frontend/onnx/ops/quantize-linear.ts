import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import type { OnnxElementType, OnnxTensor } from '../tensor.ts';
import { intAttribute } from './support/attributes.ts';
import { typeOfNumber } from './support/convert.ts';
import {
  allocate,
  checkType,
  FLOAT_TYPES,
  isBig,
  numbersOf,
  rounderOf,
  roundHalfEven,
} from './support/elements.ts';
import { checkZeroPoint, quantizedRange, scaleOffsets } from './support/granularity.ts';
import { optional, required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';

/** Integer types that each version quantizes to. */
function targets(opset: number): readonly OnnxElementType[] {
  return [
    'int8',
    'uint8',
    ...(opset >= 21 ? (['int16', 'uint16', 'int4', 'uint4'] as const) : []),
    ...(opset >= 25 ? (['int2', 'uint2'] as const) : []),
  ];
}

function outputType(context: EvaluationContext, zeroPoint: OnnxTensor | null): OnnxElementType {
  const number = intAttribute(context, 'output_dtype', 0);
  const stated = number === 0 ? null : typeOfNumber(context, 'output_dtype', number);
  if (stated !== null && zeroPoint !== null && zeroPoint.type !== stated)
    invalid(context, `output_dtype ${stated} with a zero point of type ${zeroPoint.type}`, 'they agree');
  return stated ?? zeroPoint?.type ?? 'uint8';
}

/**
 * saturate(round(x / scale) + zero point), ties to even. The quotient is rounded to the type of the
 * scale (or `precision`) first, as the operator says: a float32 quotient can be a tie where the exact
 * one is not.
 */
export const quantizeLinear: OnnxOperator = {
  name: 'QuantizeLinear',
  domain: '',
  opsets: [10, 25],
  placement: 'folded',
  attributes: ['axis', 'block_size', 'output_dtype', 'precision', 'saturate'],
  limits: 'integers of 2 to 16 bits as the version allows; no float8, float4',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const scale = required(context, inputs, 1);
    const zeroPoint = optional(inputs, 2);
    checkType(context, 'input x', x, [...FLOAT_TYPES, 'int32']);
    checkType(context, 'the scale', scale, FLOAT_TYPES);
    if (zeroPoint !== null) checkType(context, 'the zero point', zeroPoint, targets(context.opset));
    checkZeroPoint(context, scale, zeroPoint);
    const type = outputType(context, zeroPoint);
    const [low, high] = quantizedRange(context, type);
    const precision = intAttribute(context, 'precision', 0);
    const quotientType = precision === 0 ? scale.type : typeOfNumber(context, 'precision', precision);
    const round = rounderOf(quotientType);
    const at = scaleOffsets(context, x.shape, scale);
    const values = numbersOf(x);
    const scales = numbersOf(scale);
    const zeros = zeroPoint === null ? null : numbersOf(zeroPoint);
    const data = allocate(context, type, values.length);
    if (!isBig(data)) {
      for (let i = 0; i < values.length; i++) {
        const s = at?.[i] ?? 0;
        const level = roundHalfEven(round(round(values[i]) / scales[s])) + (zeros?.[s] ?? 0);
        data[i] = Math.max(low, Math.min(high, level));
      }
    }
    return [{ type, shape: x.shape, data }];
  },
};
