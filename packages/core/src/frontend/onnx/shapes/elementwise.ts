import { describeElementType, elementTypeOf } from '../element-type.ts';
import type { ValueType } from '../simplified.ts';
import type { OnnxElementType } from '../tensor.ts';
import {
  broadcast,
  inputType,
  intOf,
  refuse,
  refuseUnsupported,
  rulesFor,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

/** Operators whose one output has the type and shape of their first input. */
const SAME_AS_FIRST = [
  ...['Abs', 'Acos', 'Asin', 'Atan', 'Ceil', 'Celu', 'Clip', 'Cos', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu'],
  ...['HardSigmoid', 'HardSwish', 'Identity', 'LRN', 'LeakyRelu', 'Log', 'LogSoftmax', 'Mish', 'Neg', 'Not'],
  ...['PRelu', 'Reciprocal', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Softmax', 'Softplus'],
  ...['Softsign', 'Sqrt', 'Swish', 'Tanh', 'ThresholdedRelu'],
];

const sameAsFirst: ShapeRule = (context) => [inputType(context, 0)];

function allInputs(context: ShapeContext): readonly ValueType[] {
  if (context.inputs.length === 0) refuse(context, 'it has no inputs', 'give at least one');
  return context.inputs.map((_, index) => inputType(context, index));
}

/** Broadcast over all inputs; the type is the first input's unless given. */
function broadcastRule(type?: OnnxElementType): ShapeRule {
  return (context) => {
    const inputs = allInputs(context);
    const shape = broadcast(
      context,
      inputs.map((input) => input.shape),
    );
    return [{ type: type ?? inputs[0].type, shape }];
  };
}

const where: ShapeRule = (context) => {
  const inputs = [0, 1, 2].map((index) => inputType(context, index));
  const shape = broadcast(
    context,
    inputs.map((input) => input.shape),
  );
  return [{ type: inputs[1].type, shape }];
};

const cast: ShapeRule = (context) => {
  const to = intOf(context, 'to', 0);
  const type = elementTypeOf(to);
  if (type === undefined)
    return refuseUnsupported(
      context,
      `casts to element type ${describeElementType(to)}`,
      'cast to a type that is read',
    );
  return [{ type, shape: inputType(context, 0).shape }];
};

const castLike: ShapeRule = (context) => [
  { type: inputType(context, 1).type, shape: inputType(context, 0).shape },
];

const dropout: ShapeRule = (context) => {
  const x = inputType(context, 0);
  return [x, { type: context.opset < 10 ? x.type : 'bool', shape: x.shape }];
};

const batchNormalization: ShapeRule = (context) => {
  if (context.node.outputs.slice(1).some((name) => name !== ''))
    refuseUnsupported(context, 'more than one output: it is in training mode', 'export for inference');
  const x = inputType(context, 0);
  if (x.shape.length < 2) refuse(context, `an input of rank ${x.shape.length}`, 'axis 1 holds the channels');
  for (const index of [1, 2, 3, 4]) {
    const { shape } = inputType(context, index);
    if (shape.length !== 1 || shape[0] !== x.shape[1])
      refuse(
        context,
        `input ${index} has shape [${shape.join(', ')}]`,
        `it has one value for each of the ${x.shape[1]} channels`,
      );
  }
  return [x];
};

/** Rules of operators that work element by element. */
export const elementwiseRules: readonly NamedShapeRule[] = [
  ...rulesFor(SAME_AS_FIRST, sameAsFirst),
  ...rulesFor(
    ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Sum', 'Mean', 'Mod', 'BitShift'],
    broadcastRule(),
  ),
  ...rulesFor(
    ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor'],
    broadcastRule('bool'),
  ),
  ...rulesFor(['Where'], where),
  ...rulesFor(['Cast'], cast),
  ...rulesFor(['CastLike'], castLike),
  ...rulesFor(['Dropout'], dropout),
  ...rulesFor(['BatchNormalization'], batchNormalization),
];
