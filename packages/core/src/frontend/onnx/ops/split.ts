import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import { intAttribute } from './support/attributes.ts';
import { integersByVersion, required, type Inputs } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { normalAxis, offsets, rearrange, shapeText, stridesOf } from './support/shape.ts';

/** Sizes along the axis: stated, or as equal as the version allows. */
function splitSizes(context: EvaluationContext, inputs: Inputs, size: number): readonly number[] {
  const stated = integersByVersion(context, inputs, 'split', 1, 13);
  if (stated !== null) {
    if (stated.length !== context.node.outputs.length)
      invalid(
        context,
        `split ${shapeText(stated)} for ${context.node.outputs.length} outputs`,
        'one size for each',
      );
    if (stated.some((part) => part < 0) || stated.reduce((sum, part) => sum + part, 0) !== size)
      invalid(context, `split ${shapeText(stated)} of an axis of ${size}`, 'sizes are >= 0 and add up to it');
    return stated;
  }
  const count = intAttribute(context, 'num_outputs', context.node.outputs.length);
  if (count !== context.node.outputs.length)
    invalid(context, `num_outputs ${count} for ${context.node.outputs.length} outputs`, 'they agree');
  // Only num_outputs (opset 18) allows a smaller last part.
  if (context.opset < 18 && size % count !== 0)
    invalid(context, `an axis of ${size} in ${count} equal parts`, 'state the sizes as split');
  const part = Math.ceil(size / count);
  if (part * (count - 1) > size)
    invalid(context, `an axis of ${size} in ${count} parts of ${part}`, 'state the sizes as split');
  return Array.from({ length: count }, (_, i) => Math.min(part, size - i * part));
}

/** Consecutive parts of a tensor along `axis`. */
export const split: OnnxOperator = {
  name: 'Split',
  domain: '',
  opsets: [2, 25],
  placement: 'host',
  attributes: ['axis', 'num_outputs', 'split'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const axis = normalAxis(context, intAttribute(context, 'axis', 0), x.shape.length);
    const strides = stridesOf(x.shape);
    let first = 0;
    return splitSizes(context, inputs, x.shape[axis]).map((part) => {
      const shape = x.shape.map((size, i) => (i === axis ? part : size));
      const result = rearrange(context, x, shape, offsets(shape, strides, first * strides[axis]));
      first += part;
      return result;
    });
  },
};
