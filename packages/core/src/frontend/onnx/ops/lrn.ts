import type { OnnxOperator } from '../operator.ts';
import { floatAttribute, requiredInt } from './support/attributes.ts';
import { checkType, FLOAT_TYPES, fromFloat64, numbersOf } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { around, shapeText } from './support/shape.ts';

/** x / (bias + alpha / size * (sum of squares over `size` neighbouring channels))^beta. */
export const lrn: OnnxOperator = {
  name: 'LRN',
  domain: '',
  opsets: [1, 25],
  placement: 'float-only',
  attributes: ['alpha', 'beta', 'bias', 'size'],
  limits: 'floats',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    checkType(context, 'its input', x, FLOAT_TYPES);
    if (x.shape.length < 2) invalid(context, `input ${shapeText(x.shape)}`, 'its rank is 2 or more');
    const size = requiredInt(context, 'size');
    if (size < 1) invalid(context, `size ${size}`, 'it is at least 1');
    const alpha = floatAttribute(context, 'alpha', Math.fround(0.0001));
    const beta = floatAttribute(context, 'beta', 0.75);
    const bias = floatAttribute(context, 'bias', 1);
    const { size: channels, inner } = around(x.shape, 1);
    const before = Math.floor((size - 1) / 2);
    const values = numbersOf(x);
    const result = new Float64Array(values.length);
    for (let i = 0; i < result.length; i++) {
      const base = Math.floor(i / (channels * inner)) * channels;
      const channel = Math.floor(i / inner) % channels;
      let squares = 0;
      const end = Math.min(channels, channel - before + size);
      for (let c = Math.max(0, channel - before); c < end; c++)
        squares += values[(base + c) * inner + (i % inner)] ** 2;
      result[i] = values[i] / (bias + (alpha / size) * squares) ** beta;
    }
    return [fromFloat64(x.type, x.shape, result)];
  },
};
