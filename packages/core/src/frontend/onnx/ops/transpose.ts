import type { OnnxOperator } from '../operator.ts';
import { intsAttribute } from './support/attributes.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { offsets, rearrange, shapeText, stridesOf } from './support/shape.ts';

/** Axis i of the result is axis perm[i] of the input; reversed when not stated. */
export const transpose: OnnxOperator = {
  name: 'Transpose',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: ['perm'],
  limits: 'lowered: of constants',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const axes = x.shape.map((_, axis) => axis);
    const perm = intsAttribute(context, 'perm') ?? axes.toReversed();
    if (perm.length !== axes.length || !axes.every((axis) => perm.includes(axis)))
      invalid(context, `perm ${shapeText(perm)} for rank ${axes.length}`, 'it names each axis once');
    const strides = stridesOf(x.shape);
    const shape = perm.map((axis) => x.shape[axis]);
    const source = offsets(
      shape,
      perm.map((axis) => strides[axis]),
    );
    return [rearrange(context, x, shape, source)];
  },
};
