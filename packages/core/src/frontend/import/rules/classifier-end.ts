import { intAttribute } from '../../onnx/ops/support/attributes.ts';
import { normalAxis } from '../../onnx/ops/support/shape.ts';
import type { Importer } from '../importer.ts';
import type { ImportRule, NodeScope } from '../scope.ts';

/** Operators that may follow the logits without changing which class is the first maximum. */
const END = new Set([
  'Softmax',
  'LogSoftmax',
  'ArgMax',
  'TopK',
  'Identity',
  'Cast',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
]);

/** Whether nothing but such operators depends on a value. */
function endsNetwork(importer: Importer, name: string): boolean {
  const seen = new Set([name]);
  for (const value of seen) {
    for (const reader of importer.readers(value)) {
      if (!END.has(reader.operator)) return false;
      for (const output of reader.outputs) if (output !== '') seen.add(output);
    }
  }
  return true;
}

function drop(scope: NodeScope, axis: number): void {
  const value = scope.activation(0, { integers: true });
  const shape = scope.inputShape(0);
  if (!scope.node.outputs.every((output) => endsNetwork(scope.importer, output)))
    scope.refuse(
      'stands inside the network',
      `${scope.node.operator} runs in the float executor only; at the end of a classifier it is dropped`,
    );
  const classes = normalAxis(scope, axis, shape.length);
  if (shape.some((size, i) => i !== classes && size !== 1))
    scope.refuse(
      `works along axis ${classes} of [${shape.join(', ')}]`,
      'at the end of a classifier it works along the classes',
    );
  scope.remark('dropped: the class is the first maximum of what it reads');
  for (const index of scope.node.outputs.keys()) scope.set({ kind: 'tail', of: value }, index);
}

/** Softmax and LogSoftmax at the end; before opset 13 all axes from `axis` on are one. */
export const softmax: ImportRule = (scope) => {
  const shape = scope.inputShape(0);
  const axis = normalAxis(scope, intAttribute(scope, 'axis', scope.opset < 13 ? 1 : -1), shape.length);
  const widest = shape.findIndex((size, i) => i >= axis && size !== 1);
  drop(scope, scope.opset < 13 && widest >= 0 ? widest : axis);
};

/** ArgMax at the end. */
export const argMax: ImportRule = (scope) => {
  if (intAttribute(scope, 'select_last_index', 0) !== 0)
    scope.refuse('attribute select_last_index is 1', 'the class is the first maximum here');
  drop(scope, intAttribute(scope, 'axis', 0));
};

/** TopK of the largest at the end. */
export const topK: ImportRule = (scope) => {
  if (intAttribute(scope, 'largest', 1) !== 1)
    scope.refuse('attribute largest is 0', 'the class is the maximum');
  drop(scope, intAttribute(scope, 'axis', -1));
};
