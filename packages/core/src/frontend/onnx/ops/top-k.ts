import type { OnnxOperator } from '../operator.ts';
import { intAttribute, requiredInt } from './support/attributes.ts';
import { checkType, NUMERIC_TYPES } from './support/elements.ts';
import { integersOf, required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { around, normalAxis, rearrange, sizeOf } from './support/shape.ts';

/**
 * The k largest (or least) elements along an axis and their indices, in order, of equals the one with
 * the lower index first. Unsorted results (`sorted` = 0) have no order of their own; they come sorted.
 */
export const topK: OnnxOperator = {
  name: 'TopK',
  domain: '',
  opsets: [1, 25],
  placement: 'float-only',
  attributes: ['axis', 'k', 'largest', 'sorted'],
  limits: 'after the last layer it is left out: accuracy takes the largest output',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    checkType(context, 'its input', x, NUMERIC_TYPES);
    const axis = normalAxis(context, intAttribute(context, 'axis', -1), x.shape.length);
    const [k] =
      context.opset < 10
        ? [requiredInt(context, 'k')]
        : integersOf(context, 'K', required(context, inputs, 1));
    const { outer, size, inner } = around(x.shape, axis);
    if (!(k >= 0 && k <= size)) invalid(context, `K ${k} of ${size} elements`, 'it lies between 0 and them');
    const sign = intAttribute(context, 'largest', 1) !== 0 ? 1 : -1;
    const shape = x.shape.map((length, i) => (i === axis ? k : length));
    const source = new Int32Array(sizeOf(shape));
    const indices = new BigInt64Array(source.length);
    for (let i = 0; i < outer * inner; i++) {
      const row = Math.floor(i / inner);
      const column = i % inner;
      const at = (index: number): number => (row * size + index) * inner + column;
      const order = Array.from({ length: size }, (_, index) => index).sort((a, b) => {
        const [x0, x1] = [x.data[at(a)], x.data[at(b)]];
        return x0 === x1 ? a - b : x0 > x1 ? -sign : sign;
      });
      for (let rank = 0; rank < k; rank++) {
        const to = (row * k + rank) * inner + column;
        source[to] = at(order[rank]);
        indices[to] = BigInt(order[rank]);
      }
    }
    return [rearrange(context, x, shape, source), { type: 'int64', shape, data: indices }];
  },
};
