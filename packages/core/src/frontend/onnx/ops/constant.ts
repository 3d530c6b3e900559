import type { OnnxOperator } from '../operator.ts';
import type { OnnxTensor } from '../tensor.ts';
import { allocate, checkLength, isBig } from './support/elements.ts';
import { integersOf, required } from './support/inputs.ts';
import { invalid, unsupported } from './support/problem.ts';
import { shapeText, sizeOf } from './support/shape.ts';

/** The tensor of its one attribute. */
const constant: OnnxOperator = {
  name: 'Constant',
  domain: '',
  opsets: [1, 25],
  placement: 'folded',
  attributes: ['value', 'value_float', 'value_floats', 'value_int', 'value_ints'],
  limits: 'no strings, no sparse tensors',
  evaluate(_inputs, context) {
    const stated = [...context.node.attributes];
    const [entry] = stated;
    if (stated.length !== 1) invalid(context, `has ${stated.length} attributes`, 'give exactly one value');
    const [name, attribute] = entry;
    switch (attribute.kind) {
      case 'tensor':
        return [attribute.value];
      case 'float':
        return [{ type: 'float32', shape: [], data: Float32Array.of(attribute.value) }];
      case 'floats':
        return [
          { type: 'float32', shape: [attribute.value.length], data: Float32Array.from(attribute.value) },
        ];
      case 'int':
        return [{ type: 'int64', shape: [], data: BigInt64Array.of(BigInt(attribute.value)) }];
      case 'ints':
        return [
          {
            type: 'int64',
            shape: [attribute.value.length],
            data: BigInt64Array.from(attribute.value, BigInt),
          },
        ];
      case 'string':
      case 'strings':
      case 'unsupported':
        return unsupported(
          context,
          `attribute '${name}' of kind ${attribute.kind}`,
          'give a dense tensor of numbers',
        );
      default:
        throw new Error(`no such attribute kind: ${String(attribute satisfies never)}`);
    }
  },
};

/** A tensor of one value (float32 0 when not stated). */
const constantOfShape: OnnxOperator = {
  name: 'ConstantOfShape',
  domain: '',
  opsets: [9, 25],
  placement: 'folded',
  attributes: ['value'],
  limits: '',
  evaluate(inputs, context) {
    const shape = integersOf(context, 'the shape', required(context, inputs, 0));
    if (shape.some((size) => size < 0)) invalid(context, `shape ${shapeText(shape)}`, 'sizes are >= 0');
    checkLength(context, sizeOf(shape));
    const attribute = context.node.attributes.get('value');
    const zero: OnnxTensor = { type: 'float32', shape: [1], data: new Float32Array(1) };
    const value = attribute === undefined ? zero : attribute.kind === 'tensor' ? attribute.value : null;
    if (value?.data.length !== 1)
      return invalid(context, "attribute 'value' is no one-element tensor", 'mend it');
    const data = allocate(context, value.type, sizeOf(shape));
    const [fill] = value.data;
    if (isBig(data)) data.fill(BigInt(fill));
    else data.fill(Number(fill));
    return [{ type: value.type, shape, data }];
  },
};

export const constants: readonly OnnxOperator[] = [constant, constantOfShape];
