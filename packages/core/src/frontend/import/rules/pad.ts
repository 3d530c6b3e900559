import { choiceAttribute, floatAttribute, intsAttribute } from '../../onnx/ops/support/attributes.ts';
import { normalAxes } from '../../onnx/ops/support/shape.ts';
import type { ImportRule } from '../scope.ts';

/** Pad with zeros: waits for a convolution or average pooling that takes it in. */
export const pad: ImportRule = (scope) => {
  const { importer } = scope;
  const shape = scope.inputShape(0);
  const mode = choiceAttribute(scope, 'mode', ['constant', 'reflect', 'edge', 'wrap'], 'constant');
  if (mode !== 'constant') scope.refuse(`attribute mode is '${mode}'`, 'padding with zeros is imported');
  const isOld = scope.opset < 11;
  const constant = isOld ? null : scope.optionalConstant(2, 'its constant_value');
  const fill = isOld ? floatAttribute(scope, 'value', 0) : (constant?.data[0] ?? 0);
  if (fill !== 0) scope.refuse(`pads with ${fill}`, 'padding with zeros is imported');
  const pads = (isOld ? intsAttribute(scope, 'pads') : scope.integers(1, 'its pads')) ?? [];
  const stated = isOld ? null : scope.integers(3, 'its axes');
  const axes = normalAxes(scope, stated ?? shape.map((_, axis) => axis), shape.length);
  const before = [0, 0, 0] as [number, number, number];
  const after = [0, 0, 0] as [number, number, number];
  for (const [i, axis] of axes.entries()) {
    const [begin, end] = [pads[i], pads[i + axes.length]];
    if (!(begin >= 0 && end >= 0) || (axis === 0 && begin + end > 0))
      scope.refuse(
        `pads axis ${axis} by ${begin} and ${end}`,
        'images are made larger along channels, rows and columns; cut them with Slice',
      );
    if (axis === 0) continue;
    const target = shape.length === 3 && axis === 2 ? 2 : axis - 1;
    before[target] = begin;
    after[target] = end;
  }
  const value = scope.image(scope.activation(0), shape);
  const inner = value.zeros === null ? value : importer.settle(value);
  const isNothing = [...before, ...after].every((size) => size === 0);
  scope.set(isNothing ? value : { ...inner, zeros: { before, after } });
};
