import type { OnnxOperator } from '../operator.ts';
import { intAttribute } from './support/attributes.ts';
import { required } from './support/inputs.ts';
import { sizeOf } from './support/shape.ts';

/** The sizes of axes start to end (end excluded; stated since opset 15, brought into the rank). */
const shape: OnnxOperator = {
  name: 'Shape',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: ['end', 'start'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const rank = x.shape.length;
    const start = intAttribute(context, 'start', 0);
    const end = intAttribute(context, 'end', rank);
    // Array.slice counts negative ends from the back and clamps, as Shape does.
    const sizes = x.shape.slice(start, end);
    return [{ type: 'int64', shape: [sizes.length], data: BigInt64Array.from(sizes, BigInt) }];
  },
};

/** The number of elements. */
const size: OnnxOperator = {
  name: 'Size',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: [],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    return [{ type: 'int64', shape: [], data: BigInt64Array.of(BigInt(sizeOf(x.shape))) }];
  },
};

export const shapesOf: readonly OnnxOperator[] = [shape, size];
