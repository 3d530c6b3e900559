import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import type { OnnxTensor } from '../tensor.ts';
import { choiceAttribute, floatAttribute, missing } from './support/attributes.ts';
import { checkLength } from './support/elements.ts';
import { integersByVersion, integersOf, optional, required, type Inputs } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { normalAxes, rearrange, shapeText, sizeOf, stridesOf } from './support/shape.ts';

const MODES = ['constant', 'reflect', 'edge', 'wrap'] as const;
type Mode = (typeof MODES)[number];

/** Index of the source element at `index` (negative or past the end in the padding), -1 for the constant. */
function sourceIndex(index: number, size: number, mode: Mode): number {
  if (index >= 0 && index < size) return index;
  switch (mode) {
    case 'constant':
      return -1;
    case 'edge':
      return index < 0 ? 0 : size - 1;
    case 'wrap':
      return ((index % size) + size) % size;
    case 'reflect': {
      const period = Math.max(2 * (size - 1), 1);
      const turned = ((index % period) + period) % period;
      return Math.min(turned, period - turned);
    }
    default:
      throw new Error(`no such mode: ${String(mode satisfies never)}`);
  }
}

function fillOf(context: EvaluationContext, inputs: Inputs, x: OnnxTensor): number | bigint {
  if (context.opset < 11) return floatAttribute(context, 'value', 0);
  const value = optional(inputs, 2);
  if (value === null) return 0;
  if (value.type !== x.type || value.data.length !== 1)
    invalid(
      context,
      `constant_value is ${value.type} ${shapeText(value.shape)}`,
      `give one value of type ${x.type}`,
    );
  return value.data[0];
}

/** A tensor with a margin; negative pads crop. */
export const pad: OnnxOperator = {
  name: 'Pad',
  domain: '',
  opsets: [2, 25],
  placement: 'host',
  attributes: ['mode', 'pads', 'value'],
  limits: '',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const rank = x.shape.length;
    const mode = choiceAttribute(context, 'mode', MODES, 'constant');
    const pads = integersByVersion(context, inputs, 'pads', 1, 11) ?? missing(context, 'pads');
    const axesInput = context.opset < 18 ? null : optional(inputs, 3);
    const stated =
      axesInput === null ? x.shape.map((_, axis) => axis) : integersOf(context, 'axes', axesInput);
    const axes = normalAxes(context, stated, rank);
    if (pads.length !== 2 * axes.length)
      invalid(context, `pads ${shapeText(pads)} for ${axes.length} axes`, 'a begin for each, then an end');
    const begins = new Array<number>(rank).fill(0);
    const shape = [...x.shape];
    axes.forEach((axis, i) => {
      begins[axis] = pads[i];
      shape[axis] += pads[i] + pads[i + axes.length];
      if (shape[axis] < 0 || (x.shape[axis] === 0 && shape[axis] > 0 && mode !== 'constant'))
        invalid(context, `pads ${shapeText(pads)} of ${shapeText(x.shape)}`, 'they leave no such tensor');
    });
    checkLength(context, sizeOf(shape));
    const strides = stridesOf(x.shape);
    let source = new Int32Array(1);
    for (let axis = 0; axis < rank; axis++) {
      const next = new Int32Array(source.length * shape[axis]);
      for (let i = 0; i < shape[axis]; i++) {
        const index = sourceIndex(i - begins[axis], x.shape[axis], mode);
        for (let j = 0; j < source.length; j++)
          next[j * shape[axis] + i] = index < 0 || source[j] < 0 ? -1 : source[j] + index * strides[axis];
      }
      source = next;
    }
    return [rearrange(context, x, shape, source, fillOf(context, inputs, x))];
  },
};
