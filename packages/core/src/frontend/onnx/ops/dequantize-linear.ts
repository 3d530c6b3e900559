import type { OnnxOperator } from '../operator.ts';
import { intAttribute } from './support/attributes.ts';
import { typeOfNumber } from './support/convert.ts';
import { checkType, FLOAT_TYPES, fromFloat64, numbersOf } from './support/elements.ts';
import { checkZeroPoint, scaleOffsets } from './support/granularity.ts';
import { optional, required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';

const TYPES = ['int2', 'uint2', 'int4', 'uint4', 'int8', 'uint8', 'int16', 'uint16', 'int32'] as const;

/** (x - zero point) scale, the exact product rounded once to the type of the scale (or `output_dtype`). */
export const dequantizeLinear: OnnxOperator = {
  name: 'DequantizeLinear',
  domain: '',
  opsets: [10, 25],
  placement: 'folded',
  attributes: ['axis', 'block_size', 'output_dtype'],
  limits: 'integers of 2 to 32 bits; no float8, float4',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const scale = required(context, inputs, 1);
    const zeroPoint = optional(inputs, 2);
    checkType(context, 'input x', x, TYPES);
    checkType(context, 'the scale', scale, FLOAT_TYPES);
    if (zeroPoint !== null && zeroPoint.type !== x.type)
      invalid(context, `x is ${x.type}, its zero point ${zeroPoint.type}`, 'their types are equal');
    checkZeroPoint(context, scale, zeroPoint);
    const number = intAttribute(context, 'output_dtype', 0);
    const type = number === 0 ? scale.type : typeOfNumber(context, 'output_dtype', number);
    if (!FLOAT_TYPES.includes(type)) invalid(context, `output_dtype ${type}`, 'it is a float type');
    const at = scaleOffsets(context, x.shape, scale);
    const levels = numbersOf(x);
    const scales = numbersOf(scale);
    const zeros = zeroPoint === null ? null : numbersOf(zeroPoint);
    const result = new Float64Array(levels.length);
    for (let i = 0; i < result.length; i++) {
      const s = at?.[i] ?? 0;
      result[i] = (levels[i] - (zeros?.[s] ?? 0)) * scales[s];
    }
    return [fromFloat64(type, x.shape, result)];
  },
};
