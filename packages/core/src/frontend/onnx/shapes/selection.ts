import {
  axisOf,
  inputType,
  integersInput,
  integersSince,
  intOf,
  refuse,
  rulesFor,
  shapeText,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

/** Elements that a slice of one axis takes, by numpy's clamping. */
function sliceLength(size: number, start: number, end: number, step: number): number {
  const clamp = (value: number, low: number, high: number): number =>
    Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const first = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  const last = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  return Math.max(0, Math.ceil((last - first) / step));
}

const slice: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const starts = integersSince(context, 'starts', 1, 10);
  const ends = integersSince(context, 'ends', 2, 10);
  if (starts === null || ends === null)
    return refuse(context, 'starts or ends are missing', 'Slice requires both');
  const axes = integersSince(context, 'axes', 3, 10) ?? starts.map((_, axis) => axis);
  const steps = (context.opset < 10 ? null : integersInput(context, 4)) ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    refuse(
      context,
      `${starts.length} starts, ${ends.length} ends, ${axes.length} axes and ${steps.length} steps`,
      'give as many of each',
    );
  const sizes = [...shape];
  for (const [index, stated] of axes.entries()) {
    const axis = axisOf(context, stated, shape.length);
    if (steps[index] === 0) refuse(context, `step 0 along axis ${axis}`, 'a step is not 0');
    sizes[axis] = sliceLength(shape[axis], starts[index], ends[index], steps[index]);
  }
  return [{ type, shape: sizes }];
};

const gather: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const indices = inputType(context, 1).shape;
  const axis = axisOf(context, intOf(context, 'axis', 0), shape.length);
  return [{ type, shape: [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)] }];
};

const concat: ShapeRule = (context) => {
  const first = inputType(context, 0);
  const rank = first.shape.length;
  const axis = axisOf(context, intOf(context, 'axis', NaN), rank);
  let size = 0;
  for (const index of context.inputs.keys()) {
    const { shape } = inputType(context, index);
    if (shape.length !== rank || shape.some((own, at) => at !== axis && own !== first.shape[at]))
      refuse(
        context,
        `joins ${shapeText(first.shape)} and ${shapeText(shape)} along axis ${axis}`,
        'the other sizes are equal',
      );
    size += shape[axis];
  }
  return [{ type: first.type, shape: first.shape.map((own, at) => (at === axis ? size : own)) }];
};

const split: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const axis = axisOf(context, intOf(context, 'axis', 0), shape.length);
  const count =
    context.opset < 18
      ? context.node.outputs.length
      : intOf(context, 'num_outputs', context.node.outputs.length);
  const stated = integersSince(context, 'split', 1, 13);
  const sizes = stated ?? evenParts(context, shape[axis], count);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length !== context.node.outputs.length || sizes.some((size) => size < 0) || total !== shape[axis])
    refuse(
      context,
      `parts ${shapeText(sizes)} of an axis of ${shape[axis]}, ${context.node.outputs.length} outputs`,
      'one part an output, which add up to the axis',
    );
  return sizes.map((size) => ({ type, shape: shape.map((own, at) => (at === axis ? size : own)) }));
};

function evenParts(context: ShapeContext, size: number, count: number): readonly number[] {
  const MOST = 2 ** 16;
  if (count < 1 || count > MOST) refuse(context, `${count} parts`, `give between 1 and ${MOST}`);
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, index) => Math.max(0, Math.min(part, size - index * part)));
}

const pad: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const pads = integersSince(context, 'pads', 1, 11);
  if (pads === null) return refuse(context, 'pads are missing', 'Pad requires them');
  const axes = (context.opset < 18 ? null : integersInput(context, 3)) ?? shape.map((_, axis) => axis);
  if (pads.length !== 2 * axes.length)
    refuse(context, `${pads.length} pads for ${axes.length} axes`, 'give two for each axis');
  const sizes = [...shape];
  for (const [index, stated] of axes.entries()) {
    const axis = axisOf(context, stated, shape.length);
    sizes[axis] = shape[axis] + pads[index] + pads[index + axes.length];
    if (sizes[axis] < 0) refuse(context, `axis ${axis} would have ${sizes[axis]} elements`, 'crop less');
  }
  return [{ type, shape: sizes }];
};

const depthToSpace: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const block = intOf(context, 'blocksize', 0);
  if (shape.length !== 4 || block < 1 || shape[1] % block ** 2 !== 0)
    refuse(
      context,
      `blocksize ${block} of ${shapeText(shape)}`,
      'channels are a multiple of blocksize squared',
    );
  return [{ type, shape: [shape[0], shape[1] / block ** 2, shape[2] * block, shape[3] * block] }];
};

const topK: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const axis = axisOf(context, intOf(context, 'axis', -1), shape.length);
  const stated = context.opset < 10 ? [intOf(context, 'k', -1)] : (integersInput(context, 1) ?? []);
  const [k] = stated;
  if (stated.length !== 1 || k < 0 || k > shape[axis])
    refuse(
      context,
      `k ${shapeText(stated)} of an axis of ${shape[axis]}`,
      'k lies between 0 and the size of the axis',
    );
  const sizes = shape.map((own, at) => (at === axis ? k : own));
  return [
    { type, shape: sizes },
    { type: 'int64', shape: sizes },
  ];
};

/** Drops (or keeps as 1) the reduced axes. */
function reduced(
  context: ShapeContext,
  shape: readonly number[],
  axes: readonly number[],
): readonly number[] {
  const gone = new Set(axes.map((axis) => axisOf(context, axis, shape.length)));
  const keeps = intOf(context, 'keepdims', 1) !== 0;
  return shape.flatMap((size, axis) => (gone.has(axis) ? (keeps ? [1] : []) : [size]));
}

/** @param since operator set from which the axes are an input. */
function reduce(since: number): ShapeRule {
  return (context) => {
    const { type, shape } = inputType(context, 0);
    const stated = integersSince(context, 'axes', 1, since) ?? [];
    if (stated.length === 0 && intOf(context, 'noop_with_empty_axes', 0) !== 0) return [{ type, shape }];
    return [{ type, shape: reduced(context, shape, stated.length === 0 ? [...shape.keys()] : stated) }];
  };
}

const argExtreme: ShapeRule = (context) => {
  const { shape } = inputType(context, 0);
  return [{ type: 'int64', shape: reduced(context, shape, [intOf(context, 'axis', 0)]) }];
};

const REDUCTIONS = ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare'];

/** Rules of operators that take part of their input, join inputs, or reduce axes. */
export const selectionRules: readonly NamedShapeRule[] = [
  ...rulesFor(['Slice'], slice),
  ...rulesFor(['Gather'], gather),
  ...rulesFor(['Concat'], concat),
  ...rulesFor(['Split'], split),
  ...rulesFor(['Pad'], pad),
  ...rulesFor(['DepthToSpace'], depthToSpace),
  ...rulesFor(['TopK'], topK),
  ...rulesFor(
    REDUCTIONS.map((name) => `Reduce${name}`),
    reduce(18),
  ),
  ...rulesFor(['ReduceSum'], reduce(13)),
  ...rulesFor(['ArgMax', 'ArgMin'], argExtreme),
];
