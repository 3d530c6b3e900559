import type { OnnxOperator } from '../operator.ts';
import {
  allocate,
  checkType,
  FLOAT_TYPES,
  isBig,
  NUMERIC_TYPES,
  numbersOf,
  rounderOf,
} from './support/elements.ts';
import { required } from './support/inputs.ts';
import { unsupported } from './support/problem.ts';
import { broadcastOffsets, broadcastShape, sizeOf } from './support/shape.ts';

/** x^y with broadcasting, of x's type; the exponent may have another type since opset 12. */
export const pow: OnnxOperator = {
  name: 'Pow',
  domain: '',
  opsets: [7, 25],
  placement: 'float-only',
  attributes: [],
  limits: 'integer results up to 2^53',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const y = required(context, inputs, 1);
    checkType(context, 'input X', x, NUMERIC_TYPES);
    checkType(context, 'input Y', y, NUMERIC_TYPES);
    const shape = broadcastShape(context, [x.shape, y.shape]);
    const atX = broadcastOffsets(x.shape, shape);
    const atY = broadcastOffsets(y.shape, shape);
    const base = numbersOf(x);
    const exponent = numbersOf(y);
    const data = allocate(context, x.type, sizeOf(shape));
    const round = rounderOf(x.type);
    const whole = !FLOAT_TYPES.includes(x.type);
    for (let i = 0; i < data.length; i++) {
      const power = base[atX?.[i] ?? i] ** exponent[atY?.[i] ?? i];
      if (whole && !(Math.abs(power) <= Number.MAX_SAFE_INTEGER))
        unsupported(context, `makes the integer ${power}`, 'integer powers are exact up to 2^53');
      if (isBig(data)) data[i] = BigInt(Math.trunc(power));
      else data[i] = round(whole ? Math.trunc(power) : power);
    }
    return [{ type: x.type, shape, data }];
  },
};
