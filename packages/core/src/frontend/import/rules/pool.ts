import type { Window } from '../../../network/network.ts';
import { windowOutput } from '../../../network/window.ts';
import { intAttribute, intsAttribute } from '../../onnx/ops/support/attributes.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import { isBelowKernel, joinedPadding, planeWindow, type PlaneWindow } from './conv.ts';

function windowOf(scope: NodeScope, shape: readonly number[]): PlaneWindow {
  const kernel = intsAttribute(scope, 'kernel_shape') ?? [];
  const window = planeWindow(scope, shape, kernel, intAttribute(scope, 'ceil_mode', 0) !== 0);
  if (window.dilation.some((step) => step !== 1))
    scope.refuse(
      `attribute dilations is [${window.dilation.join(', ')}]`,
      'pooling is imported without dilation',
    );
  return window;
}

/** The window with enough padding at the end for the last windows of ceil_mode. */
function withCeiling(
  { kernel, stride, padding, output }: PlaneWindow,
  [, height = 0, width = 0]: readonly number[],
): Window {
  const [top, left, bottom, right] = padding;
  const more = (axis: 0 | 1, size: number): number => (output[axis] - 1) * stride[axis] + kernel[axis] - size;
  return {
    kernel,
    stride,
    padding: [
      top,
      left,
      bottom + Math.max(0, more(0, height + top + bottom)),
      right + Math.max(0, more(1, width + left + right)),
    ],
  };
}

function checkPadding(scope: NodeScope, { kernel, padding }: Window): void {
  if (!isBelowKernel(padding, { kernel, dilation: [1, 1] }))
    scope.refuse(
      `padding ${padding.join(', ')} is not below the kernel ${kernel.join(' x ')}`,
      'a window may not lie in padding alone',
    );
}

/** MaxPool; the windows of ceil_mode reach into padding, which is never the maximum. */
export const maxPool: ImportRule = (scope) => {
  if ((scope.node.outputs[1] ?? '') !== '')
    scope.refuse('its output Indices is asked for', 'export without indices');
  const shape = scope.inputShape(0);
  const value = scope.image(scope.settled(0, { integers: true }), shape);
  const window = withCeiling(windowOf(scope, shape), value.shape);
  checkPadding(scope, window);
  const [channels = 0] = value.shape;
  scope.emit(
    { kind: 'max-pool', id: scope.id(), input: value.id, ...window },
    [channels, ...windowOutput(window, value.shape)],
    value.integers,
  );
};

/** GlobalMaxPool as a window over the whole image. */
export const globalMaxPool: ImportRule = (scope) => {
  const value = scope.image(scope.settled(0, { integers: true }), scope.inputShape(0));
  const [channels = 0, height = 0, width = 0] = value.shape;
  const window = { kernel: [height, width], stride: [1, 1], padding: [0, 0, 0, 0] } as const;
  scope.emit(
    { kind: 'max-pool', id: scope.id(), input: value.id, ...window },
    [channels, 1, 1],
    value.integers,
  );
};

/** AveragePool whose padding, if any, counts as zeros; a Pad before it is taken in. */
export const averagePool: ImportRule = (scope) => {
  const { importer } = scope;
  const shape = scope.inputShape(0);
  const window = windowOf(scope, shape);
  const counts = intAttribute(scope, 'count_include_pad', 0) !== 0;
  if (!counts && window.padding.some((pad) => pad > 0))
    scope.refuse(
      `has padding ${window.padding.join(', ')} and count_include_pad 0: windows at the border divide by fewer elements`,
      'pool with count_include_pad 1, or without padding',
    );
  let value = scope.image(scope.activation(0), shape);
  if (value.affine !== null) value = importer.settle(value);
  const joined = joinedPadding(value, window.padding);
  const takesIn = joined !== null && isBelowKernel(joined, window);
  value = takesIn ? { ...value, zeros: null } : importer.settle(value);
  const { kernel, stride } = window;
  const pooling: Window = { kernel, stride, padding: takesIn ? joined : window.padding };
  checkPadding(scope, pooling);
  const [channels = 0, height, width] = value.shape;
  const output = windowOutput(pooling, value.shape);
  if (output.join() !== window.output.join())
    scope.refuse(
      'attribute ceil_mode 1 makes windows that reach beyond the input',
      'pool with ceil_mode 0, or choose a size that the stride divides',
    );
  const isWhole = kernel[0] === height && kernel[1] === width && pooling.padding.every((pad) => pad === 0);
  if (isWhole) scope.emit({ kind: 'global-average-pool', id: scope.id(), input: value.id }, [channels, 1, 1]);
  else
    scope.emit({ kind: 'average-pool', id: scope.id(), input: value.id, ...pooling }, [channels, ...output]);
};

function overImage(scope: NodeScope): void {
  const shape = scope.inputShape(0);
  const value = scope.channels(scope.activation(0), shape);
  const [channels = 0] = value.shape;
  if (value.shape.length !== 3)
    scope.refuse('averages a vector', 'the mean over rows and columns of an image is imported');
  scope.emit({ kind: 'global-average-pool', id: scope.id(), input: value.id }, [channels, 1, 1]);
}

/** GlobalAveragePool. */
export const globalAveragePool: ImportRule = overImage;

/** ReduceMean over all rows and columns. */
export const reduceMean: ImportRule = (scope) => {
  const shape = scope.inputShape(0);
  const axes = scope.opset < 18 ? intsAttribute(scope, 'axes') : scope.integers(1, 'its axes');
  const reduced = new Set(axes?.map((axis) => (axis < 0 ? axis + shape.length : axis)) ?? []);
  const isImage = shape.every((size, axis) => axis >= 2 === reduced.has(axis) || (axis >= 2 && size === 1));
  if (!isImage || shape.length < 3)
    scope.refuse(
      `averages [${shape.join(', ')}] over axes ${axes === null ? 'all' : [...reduced].join(', ')}`,
      'the mean over all rows and columns is imported',
    );
  overImage(scope);
};
