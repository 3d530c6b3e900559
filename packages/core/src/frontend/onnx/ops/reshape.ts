import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import { intAttribute, missing } from './support/attributes.ts';
import { integersByVersion, integersOf, required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { normalAxes, normalAxis, shapeText, sizeOf } from './support/shape.ts';

function reshaped(
  context: EvaluationContext,
  from: readonly number[],
  wanted: readonly number[],
  allowZero: boolean,
): number[] {
  const problem = `shape ${shapeText(wanted)} for a tensor ${shapeText(from)}`;
  const shape = wanted.map((size, axis) => {
    if (size !== 0 || allowZero) return size;
    if (axis >= from.length) invalid(context, problem, 'a 0 copies the size of an axis that the tensor has');
    return from[axis];
  });
  const free = shape.filter((size) => size < 0);
  if (free.length > 1 || free.some((size) => size !== -1))
    invalid(context, problem, 'sizes are >= 0, one may be -1');
  const known = sizeOf(shape.filter((size) => size >= 0));
  const total = sizeOf(from);
  const filled = shape.map((size) => (size === -1 ? total / known : size));
  if (sizeOf(filled) !== total || !filled.every(Number.isSafeInteger))
    invalid(context, problem, 'both have as many elements');
  return filled;
}

/** The same elements in another shape. */
const reshape: OnnxOperator = {
  name: 'Reshape',
  domain: '',
  opsets: [5, 25],
  placement: 'folded',
  attributes: ['allowzero'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const wanted = integersOf(context, 'the shape', required(context, inputs, 1));
    const allowZero = intAttribute(context, 'allowzero', 0) !== 0;
    return [{ ...x, shape: reshaped(context, x.shape, wanted, allowZero) }];
  },
};

/** Two axes: those before `axis`, and the others. */
const flatten: OnnxOperator = {
  name: 'Flatten',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: ['axis'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const axis = normalAxis(context, intAttribute(context, 'axis', 1), x.shape.length, { end: true });
    return [{ ...x, shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))] }];
  },
};

/** Without axes of size 1: those stated (attribute before opset 13, input since), or all. */
const squeeze: OnnxOperator = {
  name: 'Squeeze',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: ['axes'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const stated = integersByVersion(context, inputs, 'axes', 1, 13);
    const axes =
      stated === null
        ? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []))
        : normalAxes(context, stated, x.shape.length);
    const wide = axes.find((axis) => x.shape[axis] !== 1);
    if (wide !== undefined)
      invalid(context, `axis ${wide} of ${shapeText(x.shape)}`, 'only axes of size 1 can go');
    return [{ ...x, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }];
  },
};

/** With axes of size 1 added at the stated places of the result. */
const unsqueeze: OnnxOperator = {
  name: 'Unsqueeze',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: ['axes'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const stated = integersByVersion(context, inputs, 'axes', 1, 13) ?? missing(context, 'axes');
    const rank = x.shape.length + stated.length;
    const axes = normalAxes(context, stated, rank);
    const sizes = [...x.shape];
    const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : sizes.shift()!));
    return [{ ...x, shape }];
  },
};

export const reshapes: readonly OnnxOperator[] = [reshape, flatten, squeeze, unsqueeze];
