import type { OnnxOperator } from '../operator.ts';
import { intAttribute } from './support/attributes.ts';
import { checkType, FLOAT_TYPES, fromFloat64, numbersOf } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { around, normalAxis, sizeOf } from './support/shape.ts';

function softmaxOperator(name: string, logarithm: boolean): OnnxOperator {
  return {
    name,
    domain: '',
    opsets: [1, 25],
    placement: 'float-only',
    attributes: ['axis'],
    limits: 'after the last layer it is left out: the order of classes is the same',
    evaluate(inputs, context) {
      const x = required(context, inputs, 0);
      checkType(context, 'its input', x, FLOAT_TYPES);
      // Before opset 13 all axes from `axis` on (default 1) are one.
      const old = context.opset < 13;
      const axis = normalAxis(context, intAttribute(context, 'axis', old ? 1 : -1), x.shape.length, {
        end: old,
      });
      const { outer, size, inner } = old
        ? { outer: sizeOf(x.shape.slice(0, axis)), size: sizeOf(x.shape.slice(axis)), inner: 1 }
        : around(x.shape, axis);
      const values = numbersOf(x);
      const result = new Float64Array(values.length);
      for (let i = 0; i < outer * inner; i++) {
        const first = Math.floor(i / inner) * size * inner + (i % inner);
        const end = first + size * inner;
        let most = -Infinity;
        for (let at = first; at < end; at += inner) most = Math.max(most, values[at]);
        let sum = 0;
        for (let at = first; at < end; at += inner) sum += Math.exp(values[at] - most);
        const log = Math.log(sum);
        for (let at = first; at < end; at += inner)
          result[at] = logarithm ? values[at] - most - log : Math.exp(values[at] - most) / sum;
      }
      return [fromFloat64(x.type, x.shape, result)];
    },
  };
}

/** e^x over the sum of e^x along an axis, and its logarithm; the largest x is taken off first. */
export const softmaxes: readonly OnnxOperator[] = [
  softmaxOperator('Softmax', false),
  softmaxOperator('LogSoftmax', true),
];
