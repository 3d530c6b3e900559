import { intsAttribute } from '../../onnx/ops/support/attributes.ts';
import { INPUT_ID } from '../../../network/network.ts';
import type { ImportRule, NodeScope } from '../scope.ts';

/**
 * Nothing happens to the elements; the batch stays in front. What becomes a vector is one from here on, but
 * for the input: its normalisation is one of channels as long as it is an image, so the vector waits.
 */
function passOn(scope: NodeScope): void {
  const { importer, node } = scope;
  const value = scope.activation(0, { integers: true });
  scope.checkBatch(scope.inputShape(0));
  const shape = scope.outputShape();
  scope.checkBatch(shape);
  const settled = value.zeros === null ? value : importer.settle(value);
  const isVector = shape.length === 2;
  if (isVector && settled.id === INPUT_ID) importer.inputFlatten ??= node;
  scope.set(isVector && settled.id !== INPUT_ID ? scope.vector(settled, shape, node) : settled);
}

/** Flatten, Reshape, Squeeze, Unsqueeze, Identity, Dropout: the order of the elements stays. */
export const reshape: ImportRule = passOn;

/** Cast between float types, or of pixels to a float type. */
export const cast: ImportRule = (scope) => {
  const type = scope.importer.graph.types.get(scope.node.outputs[0] ?? '')?.type ?? 'unknown';
  if (!/^b?float/.test(type))
    scope.refuse(`casts an activation to ${type}`, 'activations are floats until a quantizer makes codes');
  passOn(scope);
};

/** Transpose that moves axes of size 1 only. */
export const transpose: ImportRule = (scope) => {
  const shape = scope.inputShape(0);
  const order = intsAttribute(scope, 'perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  const moved = order.filter((axis) => shape[axis] !== 1);
  const isOrdered = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? 0));
  if (order[0] !== 0 || !isOrdered)
    scope.refuse(
      `permutes [${shape.join(', ')}] by [${order.join(', ')}]`,
      'only transposes that change no order of elements are imported; export with channels first',
    );
  passOn(scope);
};
