import type { OnnxOperator } from '../operator.ts';
import { intAttribute } from './support/attributes.ts';
import { checkType, NUMERIC_TYPES } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { around, normalAxis, shapeText } from './support/shape.ts';

function arg(name: string, better: (a: number | bigint, b: number | bigint) => boolean): OnnxOperator {
  return {
    name,
    domain: '',
    opsets: [1, 25],
    placement: 'float-only',
    attributes: ['axis', 'keepdims', 'select_last_index'],
    limits: 'after the last layer it is left out: accuracy takes the largest output',
    evaluate(inputs, context) {
      const x = required(context, inputs, 0);
      checkType(context, 'its input', x, NUMERIC_TYPES);
      const axis = normalAxis(context, intAttribute(context, 'axis', 0), x.shape.length);
      const last = intAttribute(context, 'select_last_index', 0) !== 0;
      const { outer, size, inner } = around(x.shape, axis);
      if (size === 0) invalid(context, `axis ${axis} of ${shapeText(x.shape)} is empty`, 'give it elements');
      const data = new BigInt64Array(outer * inner);
      for (let i = 0; i < data.length; i++) {
        const first = Math.floor(i / inner) * size * inner + (i % inner);
        let best = 0;
        for (let k = 1; k < size; k++) {
          const value = x.data[first + k * inner];
          const held = x.data[first + best * inner];
          if (better(value, held) || (last && value === held)) best = k;
        }
        data[i] = BigInt(best);
      }
      const keepdims = intAttribute(context, 'keepdims', 1) !== 0;
      const shape = keepdims
        ? x.shape.map((length, i) => (i === axis ? 1 : length))
        : x.shape.filter((_, i) => i !== axis);
      return [{ type: 'int64', shape, data }];
    },
  };
}

/** Index of the largest or least element along an axis: the first of equals, or the last. */
export const args: readonly OnnxOperator[] = [arg('ArgMax', (a, b) => a > b), arg('ArgMin', (a, b) => a < b)];
