import type { OnnxOperator } from '../operator.ts';
import { requiredInt } from './support/attributes.ts';
import { allocate, isBig } from './support/elements.ts';
import { variadic } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { around, normalAxis, shapeText, sizeOf } from './support/shape.ts';

/** Tensors one after another along `axis`. */
export const concat: OnnxOperator = {
  name: 'Concat',
  domain: '',
  opsets: [4, 25],
  placement: 'host',
  attributes: ['axis'],
  limits: '',
  evaluate(inputs, context) {
    const tensors = variadic(context, inputs);
    const [first] = tensors;
    const axis = normalAxis(context, requiredInt(context, 'axis'), first.shape.length);
    let total = 0;
    for (const { type, shape } of tensors) {
      const fits =
        shape.length === first.shape.length &&
        shape.every((size, i) => i === axis || size === first.shape[i]);
      if (type !== first.type || !fits)
        invalid(
          context,
          `${type} ${shapeText(shape)} beside ${first.type} ${shapeText(first.shape)} on axis ${axis}`,
          'types and all other sizes are equal',
        );
      total += shape[axis];
    }
    const shape = first.shape.map((size, i) => (i === axis ? total : size));
    const data = allocate(context, first.type, sizeOf(shape));
    const { outer, inner } = around(shape, axis);
    let column = 0;
    for (const tensor of tensors) {
      const width = tensor.shape[axis] * inner;
      for (let o = 0; o < outer; o++) {
        const from = tensor.data.subarray(o * width, (o + 1) * width);
        const at = o * total * inner + column;
        if (isBig(data) && isBig(from)) data.set(from, at);
        else if (!isBig(data) && !isBig(from)) data.set(from, at);
      }
      column += width;
    }
    return [{ type: first.type, shape, data }];
  },
};
