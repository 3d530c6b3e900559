import type { OnnxElementType } from '../tensor.ts';
import {
  constantInput,
  inputType,
  integersInput,
  intOf,
  refuse,
  rulesFor,
  shapeText,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

const constant: ShapeRule = (context) => {
  const [entry, ...others] = [...context.node.attributes];
  if (context.node.attributes.size === 0 || others.length > 0)
    return refuse(context, `${others.length + 1} values`, 'a Constant has one value attribute');
  const [name, attribute] = entry;
  switch (attribute.kind) {
    case 'tensor':
      return [{ type: attribute.value.type, shape: attribute.value.shape }];
    case 'float':
      return [{ type: 'float32', shape: [] }];
    case 'int':
      return [{ type: 'int64', shape: [] }];
    case 'floats':
      return [{ type: 'float32', shape: [attribute.value.length] }];
    case 'ints':
      return [{ type: 'int64', shape: [attribute.value.length] }];
    default:
      return refuse(context, `attribute ${name} is of kind ${attribute.kind}`, 'a Constant holds numbers');
  }
};

const constantOfShape: ShapeRule = (context) => {
  inputType(context, 0);
  const shape = integersInput(context, 0) ?? [];
  if (shape.some((size) => size < 0)) refuse(context, `shape ${shapeText(shape)}`, 'sizes are 0 or more');
  const value = context.node.attributes.get('value');
  const type: OnnxElementType = value?.kind === 'tensor' ? value.value.type : 'float32';
  return [{ type, shape }];
};

/** From opset 15 on, Shape may take some of the axes. */
const shapeOf: ShapeRule = (context) => {
  const rank = inputType(context, 0).shape.length;
  const clamp = (axis: number): number => Math.min(Math.max(axis < 0 ? axis + rank : axis, 0), rank);
  const start = clamp(intOf(context, 'start', 0));
  const end = clamp(intOf(context, 'end', rank));
  return [{ type: 'int64', shape: [Math.max(0, end - start)] }];
};

const size: ShapeRule = (context) => {
  inputType(context, 0);
  return [{ type: 'int64', shape: [] }];
};

function scalarInput(context: ShapeContext, index: number): number {
  inputType(context, index);
  const tensor = constantInput(context, index);
  if (tensor?.data.length !== 1)
    return refuse(context, `input ${index} is no single number`, 'give one number');
  return Number(tensor.data[0]);
}

const range: ShapeRule = (context) => {
  const [start, limit, delta] = [0, 1, 2].map((index) => scalarInput(context, index));
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isFinite(count))
    refuse(context, `from ${start} to ${limit} in steps of ${delta}`, 'a step is a number other than 0');
  return [{ type: inputType(context, 0).type, shape: [count] }];
};

/** Rules of operators that make values from nothing, or from shapes. */
export const generateRules: readonly NamedShapeRule[] = [
  ...rulesFor(['Constant'], constant),
  ...rulesFor(['ConstantOfShape'], constantOfShape),
  ...rulesFor(['Shape'], shapeOf),
  ...rulesFor(['Size'], size),
  ...rulesFor(['Range'], range),
];
