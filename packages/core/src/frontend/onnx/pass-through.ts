import { fail } from '../../diagnostics/index.ts';
import { integersInput, integersSince, intsOf, type ShapeContext } from './shapes/rule.ts';
import type { ValueType } from './simplified.ts';

function isSameType(a: ValueType, b: ValueType): boolean {
  return (
    a.type === b.type &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => size === b.shape[axis])
  );
}

/** Dropout passes its input on, unless a constant says that it is in training mode. */
function checkDropout(context: ShapeContext, place: string): void {
  if ((context.inputs.at(2) ?? null) === null) return;
  const mode = context.constants[2];
  if (mode !== null && !mode.data.some((flag) => Number(flag) !== 0)) return;
  fail(
    'onnx-training-mode',
    place,
    `the node is in training mode: its input training_mode is ${mode === null ? 'known at run time only' : 'true'}`,
    'export the network for inference (model.eval())',
  );
}

/**
 * Whether a node's first output is its first input, unchanged, so that the node can go: Identity,
 * Dropout in inference, a Cast to the same type, a change of shape to the same shape, a Slice that takes
 * all, a Pad that adds nothing, a Concat of one.
 *
 * @param output type of the first output.
 * @param place of the node, for the refusal of Dropout in training mode.
 */
export function isPassThrough(context: ShapeContext, output: ValueType, place: string): boolean {
  const { node } = context;
  const input = context.inputs.at(0) ?? null;
  if (node.domain !== '' || input === null) return false;
  if (node.operator === 'Dropout') checkDropout(context, place);
  if (!isSameType(input, output)) return false;
  switch (node.operator) {
    case 'Identity':
    case 'Dropout':
    case 'Cast':
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Expand':
      return true;
    case 'Concat':
      return context.inputs.length === 1;
    case 'Slice':
      return ((context.opset < 10 ? null : integersInput(context, 4)) ?? []).every((step) => step > 0);
    case 'Pad':
      return (integersSince(context, 'pads', 1, 11) ?? []).every((count) => count === 0);
    case 'Transpose':
      return intsOf(context, 'perm')?.every((axis, position) => axis === position) ?? input.shape.length < 2;
    default:
      return false;
  }
}
