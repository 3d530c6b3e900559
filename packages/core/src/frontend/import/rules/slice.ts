import type { ModelNode, ModelSliceNode } from '../../../model/model.ts';
import { intAttribute, intsAttribute } from '../../onnx/ops/support/attributes.ts';
import { normalAxis } from '../../onnx/ops/support/shape.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import type { Activation } from '../value.ts';

/** Part of one ONNX axis. */
interface Part {
  readonly axis: number;
  readonly start: number;
  readonly size: number;
  readonly step: number;
}

/** A slice of a slice as one slice of what that reads. */
function ofWhole(node: ModelSliceNode, inner: ModelNode | undefined): ModelSliceNode {
  if (inner?.kind !== 'slice') return node;
  const axes = [0, 1, 2] as const;
  const [c, h, w] = axes.map((axis) => inner.start[axis] + node.start[axis] * inner.step[axis]);
  const [sc, sh, sw] = axes.map((axis) => inner.step[axis] * node.step[axis]);
  return { ...node, input: inner.input, start: [c, h, w], step: [sc, sh, sw] };
}

/** Emits a slice of an image and makes it output `index`. @param parts by ONNX axis. */
function emitSlice(
  scope: NodeScope,
  value: Activation,
  rank: number,
  parts: readonly Part[],
  index = 0,
): void {
  const [channels = 0, rows = 0, columns = 0] = value.shape;
  const start = [0, 0, 0] as [number, number, number];
  const size = [channels, rows, columns] as [number, number, number];
  const step = [1, 1, 1] as [number, number, number];
  for (const part of parts) {
    // [1, c, l] is an image of height 1.
    const axis = rank === 3 && part.axis === 2 ? 2 : part.axis - 1;
    start[axis] = part.start;
    size[axis] = part.size;
    step[axis] = part.step;
  }
  const isWhole = size.join() === value.shape.join();
  if (isWhole) {
    scope.set(value, index);
    return;
  }
  const node: ModelSliceNode = { kind: 'slice', id: scope.id(), input: value.id, start, size, step };
  const made = scope.importer.add(ofWhole(node, scope.importer.maker(value.id)), size);
  scope.set({ ...made, integers: value.integers }, index);
}

function image(scope: NodeScope, shape: readonly number[]): Activation {
  if (shape.length === 2)
    scope.refuse(`cuts a vector [${shape.join(', ')}]`, 'slices of images and signals are imported');
  return scope.image(scope.settled(0, { integers: true }), shape);
}

/** Slice with constant bounds and positive steps. */
export const slice: ImportRule = (scope) => {
  const shape = scope.inputShape(0);
  const value = image(scope, shape);
  const isOld = scope.opset < 10;
  const starts = (isOld ? intsAttribute(scope, 'starts') : scope.integers(1, 'its starts')) ?? [];
  const ends = (isOld ? intsAttribute(scope, 'ends') : scope.integers(2, 'its ends')) ?? [];
  const axes =
    (isOld ? intsAttribute(scope, 'axes') : scope.integers(3, 'its axes')) ?? starts.map((_, i) => i);
  const steps = (isOld ? null : scope.integers(4, 'its steps')) ?? starts.map(() => 1);
  const parts: Part[] = starts.map((stated, i) => {
    const axis = normalAxis(scope, axes[i] ?? 0, shape.length);
    const step = steps[i] ?? 1;
    const length = shape[axis] ?? 0;
    if (step < 1)
      scope.refuse(`its step along axis ${axis} is ${step}`, 'slices with positive steps are imported');
    const inside = (place: number): number =>
      Math.min(length, Math.max(0, place < 0 ? place + length : place));
    const start = inside(stated);
    const size = Math.max(0, Math.ceil((inside(ends[i] ?? 0) - start) / step));
    if (size === 0 || (axis === 0 && size !== length))
      scope.refuse(
        `leaves ${size} of ${length} elements of axis ${axis}`,
        'every axis keeps some, and the batch all',
      );
    return { axis, start, size, step };
  });
  emitSlice(
    scope,
    value,
    shape.length,
    parts.filter(({ axis }) => axis > 0),
  );
};

/** Split, as a slice for each output. */
export const split: ImportRule = (scope) => {
  const shape = scope.inputShape(0);
  const value = image(scope, shape);
  const axis = normalAxis(scope, intAttribute(scope, 'axis', 0), shape.length);
  if (axis === 0) scope.refuse('splits the batch axis', 'images are split along channels, rows or columns');
  let start = 0;
  for (const [index, output] of scope.node.outputs.entries()) {
    if (output === '') return scope.refuse(`output ${index} has no name`, 'name every part');
    const size = scope.outputShape(index)[axis] ?? 0;
    emitSlice(scope, value, shape.length, [{ axis, start, size, step: 1 }], index);
    start += size;
  }
};
