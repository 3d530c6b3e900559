import type { OnnxOperator } from '../operator.ts';
import { intAttribute } from './support/attributes.ts';
import { checkLength, checkType } from './support/elements.ts';
import { integersOf, required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { around, normalAxis, rearrange, sizeOf } from './support/shape.ts';

/** Slices along an axis, picked by an index tensor whose shape takes the axis's place. */
export const gather: OnnxOperator = {
  name: 'Gather',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: ['axis'],
  limits: 'of constants and shapes',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const indices = required(context, inputs, 1);
    checkType(context, 'indices', indices, ['int32', 'int64']);
    const axis = normalAxis(context, intAttribute(context, 'axis', 0), x.shape.length);
    const { outer, size, inner } = around(x.shape, axis);
    const picks = integersOf(context, 'indices', indices).map((index) => {
      const normal = index < 0 ? index + size : index;
      if (normal < 0 || normal >= size)
        invalid(context, `index ${index} on an axis of ${size}`, `it lies in [-${size}, ${size - 1}]`);
      return normal;
    });
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    checkLength(context, sizeOf(shape));
    const source = new Int32Array(sizeOf(shape));
    let at = 0;
    for (let o = 0; o < outer; o++)
      for (const pick of picks) for (let i = 0; i < inner; i++) source[at++] = (o * size + pick) * inner + i;
    return [rearrange(context, x, shape, source)];
  },
};
