import { quoted } from '../../onnx/place.ts';
import { dividedBy, isUsable, minus } from '../input-affine.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import { halfZeroPoint } from './half-zero-point.ts';
import type { Activation, ConstantValue } from '../value.ts';

type Arithmetic = 'Add' | 'Sub' | 'Mul' | 'Div';

/**
 * The elements of a constant operand: one, or one per channel (ONNX axis 1) of an activation of `shape`.
 *
 * @throws TallyError when they differ along another axis, or would enlarge the activation.
 */
function perChannel(
  scope: NodeScope,
  { origin, shape: own, data }: ConstantValue,
  shape: readonly number[],
): readonly number[] {
  const rank = shape.length;
  const fits =
    own.length <= rank && own.every((size, i) => size === 1 || size === shape[rank - own.length + i]);
  const channelAxis = own.length - rank + 1;
  const onlyChannels = own.every((size, axis) => size === 1 || axis === channelAxis);
  if (data.length > 0 && data.every((value) => value === data[0]) && fits) return [data[0]];
  if (data.length === 0 || !fits || !onlyChannels)
    scope.refuse(
      `its constant ${quoted(origin)} of shape [${own.join(', ')}] beside [${shape.join(', ')}] is not one number, nor one per channel`,
      'only these become part of a layer',
    );
  return Array.from(data);
}

/** y = x + beta after a conv or fully connected layer that has no bias yet: the layer's bias. */
function asBias(
  { importer, node }: NodeScope,
  value: Activation,
  index: number,
  values: readonly number[],
): Activation | null {
  const layer = importer.maker(value.id);
  const [channels = 0] = value.shape;
  const isOwn =
    importer.onlyReader(node.inputs[index] ?? '') !== null && !importer.offsets.has(node.inputs[index] ?? '');
  if (layer === undefined || (layer.kind !== 'conv' && layer.kind !== 'fully-connected')) return null;
  // A value that was reshaped may have other readers by another name.
  if (layer.bias !== null || !isOwn || importer.isRead(layer.id)) return null;
  const biases = Float32Array.from(
    { length: channels },
    (_, c) => values[values.length === 1 ? 0 : c] ?? NaN,
  );
  importer.replace({ ...layer, bias: importer.parameter(`${layer.id}.bias`, [channels], biases) });
  for (const [name, id] of importer.places) if (id === layer.id) importer.places.delete(name);
  return value;
}

/** x + c, x - c, c - x, x * c and x / c for constants c of one element or one per channel. */
function withConstant(scope: NodeScope, operator: Arithmetic, index: 0 | 1): void {
  const { importer } = scope;
  const shape = scope.inputShape(index);
  const value = scope.activation(index);
  const constant = scope.constant(1 - index, 'its constant');
  const values = perChannel(scope, constant, shape);
  if (operator === 'Div' && index === 1)
    scope.refuse('divides by an activation', 'this runs in the float executor only');
  if (operator === 'Div' && values.includes(0))
    scope.refuse(`its constant ${quoted(constant.origin)} has a zero`, 'nothing is divided by zero');
  const isFlipped = operator === 'Sub' && index === 1;
  const composed =
    isFlipped || value.zeros !== null || (value.shape[0] !== shape[1] && values.length > 1)
      ? null
      : compose(value, operator, values);
  if (composed !== null) {
    scope.set(composed);
    return;
  }
  const settled = values.length === 1 ? importer.settle(value) : scope.channels(value, shape);
  if (operator === 'Add' || (operator === 'Sub' && !isFlipped)) {
    const sign = operator === 'Add' ? 1 : -1;
    const shifted = values.length === 1 ? halfZeroPoint(scope, settled, index, -sign * values[0]) : null;
    if (shifted !== null) {
      scope.set(shifted);
      return;
    }
    const biased = asBias(
      scope,
      settled,
      index,
      values.map((v) => sign * v),
    );
    if (biased !== null) {
      scope.set(biased);
      return;
    }
  }
  const id = scope.id();
  switch (operator) {
    case 'Add':
      scope.set(importer.addAffine(id, settled, { beta: values }));
      return;
    case 'Sub':
      scope.set(
        importer.addAffine(id, settled, isFlipped ? { gamma: [-1], beta: values } : { mean: values }),
      );
      return;
    case 'Mul':
      scope.set(importer.addAffine(id, settled, { gamma: values }));
      return;
    case 'Div':
      scope.set(importer.addAffine(id, settled, { gamma: values.map((v) => 1 / v) }));
      if (values.some((v) => Math.fround(1 / v) * v !== 1))
        scope.remark('the division became a multiplication by the float32 nearest to the reciprocal');
      return;
    default:
      operator satisfies never;
  }
}

/** An operation on the network's input as part of its normalisation; null for what is not (or not any more) the plain input. */
function compose(value: Activation, operator: Arithmetic, values: readonly number[]): Activation | null {
  if (value.id !== 'input' && value.affine === null) return null;
  const affine = {
    Add: () =>
      minus(
        value.affine,
        values.map((v) => -v),
      ),
    Sub: () => minus(value.affine, values),
    Mul: () =>
      dividedBy(
        value.affine,
        values.map((v) => 1 / v),
      ),
    Div: () => dividedBy(value.affine, values),
  }[operator]();
  return affine === null || isUsable(affine) ? { ...value, affine } : null;
}

/** Sum of two activations of one shape. */
function sum(scope: NodeScope): void {
  const [first, second] = [scope.inputShape(0), scope.inputShape(1)];
  if (first.join() !== second.join())
    scope.refuse(
      `adds [${first.join(', ')}] and [${second.join(', ')}], one of them repeated`,
      'only sums of one shape are imported',
    );
  let operands = [scope.settled(0), scope.settled(1)] as const;
  if (operands[0].shape.join() !== operands[1].shape.join())
    operands = [scope.vector(operands[0], first), scope.vector(operands[1], second)];
  const [a, b] = operands;
  scope.emit({ kind: 'add', id: scope.id(), inputs: [a.id, b.id] }, a.shape);
}

/** The rule of an elementwise operator on two operands. */
export function arithmetic(operator: Arithmetic): ImportRule {
  return (scope) => {
    const kinds = [scope.value(0).kind, scope.value(1).kind];
    if (kinds[1] === 'constant') withConstant(scope, operator, 0);
    else if (kinds[0] === 'constant') withConstant(scope, operator, 1);
    else if (operator === 'Add') sum(scope);
    else
      scope.refuse(
        `${operator} of two activations runs in the float executor only`,
        'the macro adds activations, it does not multiply, subtract or divide them',
      );
  };
}
