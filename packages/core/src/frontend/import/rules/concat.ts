import { requiredInt } from '../../onnx/ops/support/attributes.ts';
import { normalAxis } from '../../onnx/ops/support/shape.ts';
import type { ImportRule } from '../scope.ts';

/** Concat along the channels. */
export const concat: ImportRule = (scope) => {
  const shape = scope.outputShape();
  const axis = normalAxis(scope, requiredInt(scope, 'axis'), shape.length);
  if (axis !== 1) scope.refuse(`joins along axis ${axis}`, 'values are joined along the channels (axis 1)');
  const values = scope.node.inputs.map((_, index) => {
    const own = scope.inputShape(index);
    const value = scope.settled(index, { integers: true });
    return own.length === 2 ? scope.vector(value, own) : scope.image(value, own);
  });
  const first = values.at(0);
  if (first === undefined) return scope.refuse('joins nothing', 'give at least one input');
  const integers = first.integers;
  if (
    values.some(
      (value) =>
        value.integers?.scale !== integers?.scale || value.integers?.zeroPoint !== integers?.zeroPoint,
    )
  )
    scope.refuse(
      'joins integers of different scales',
      'put a DequantizeLinear before each input (QDQ format)',
    );
  const channels = values.reduce((sum, value) => sum + (value.shape[0] ?? 0), 0);
  const joined = [channels, ...first.shape.slice(1)];
  scope.emit({ kind: 'concat', id: scope.id(), inputs: values.map(({ id }) => id) }, joined, integers);
};
