import type { OnnxOperator } from '../operator.ts';
import { NUMERIC_TYPES } from './support/elements.ts';
import { broadcastBinary } from './support/binary.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { shapeText } from './support/shape.ts';

/** x, or slope x where x < 0; the slope broadcasts to x. */
export const prelu: OnnxOperator = {
  name: 'PRelu',
  domain: '',
  opsets: [7, 25],
  placement: 'float-only',
  attributes: [],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const slope = required(context, inputs, 1);
    const result = broadcastBinary(context, x, slope, NUMERIC_TYPES, {
      number: (a, b) => (a < 0 ? a * b : a),
      big: (a, b) => (a < 0n ? a * b : a),
    });
    if (result.shape.join() !== x.shape.join())
      invalid(context, `slope ${shapeText(slope.shape)} for x ${shapeText(x.shape)}`, 'it broadcasts to x');
    return [result];
  },
};
