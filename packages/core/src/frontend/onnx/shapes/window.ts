import {
  inputType,
  intOf,
  intsOf,
  refuse,
  rulesFor,
  shapeText,
  stringOf,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

/** Elements of one kernel; a longer one is no network's. */
const MOST_TAPS = 2 ** 24;

function perAxis(
  context: ShapeContext,
  name: string,
  count: number,
  fallback: number,
  least: number,
): readonly number[] {
  const values = intsOf(context, name) ?? new Array<number>(count).fill(fallback);
  if (values.length !== count || values.some((value) => value < least))
    refuse(
      context,
      `attribute ${name} is ${shapeText(values)}`,
      `give ${count} integers of at least ${least}`,
    );
  return values;
}

/** Sizes of the output of a kernel moved over `input`; spatial axes only. */
function windowSizes(
  context: ShapeContext,
  input: readonly number[],
  kernel: readonly number[],
  roundUp: boolean,
): readonly number[] {
  const rank = input.length;
  if (rank === 0 || kernel.length !== rank || kernel.some((size) => size < 1))
    refuse(
      context,
      `kernel ${shapeText(kernel)} over sizes ${shapeText(input)}`,
      'one size of at least 1 an axis',
    );
  if (kernel.reduce((taps, size) => taps * size, 1) > MOST_TAPS)
    refuse(context, `kernel ${shapeText(kernel)}`, `a kernel has at most ${MOST_TAPS} elements`);
  const strides = perAxis(context, 'strides', rank, 1, 1);
  const dilations = perAxis(context, 'dilations', rank, 1, 1);
  const pads = perAxis(context, 'pads', 2 * rank, 0, 0);
  const autoPad = stringOf(context, 'auto_pad', 'NOTSET');
  return input.map((size, axis) => {
    const stride = strides[axis];
    const extent = (kernel[axis] - 1) * dilations[axis] + 1;
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') return Math.ceil(size / stride);
    if (autoPad !== 'NOTSET' && autoPad !== 'VALID' && autoPad !== '')
      return refuse(context, `auto_pad is '${autoPad}'`, 'use NOTSET, SAME_UPPER, SAME_LOWER or VALID');
    const begin = autoPad === 'VALID' ? 0 : pads[axis];
    const end = autoPad === 'VALID' ? 0 : pads[axis + rank];
    const room = size + begin + end - extent;
    if (room < 0)
      return refuse(
        context,
        `the kernel spans ${extent} elements of an axis of ${size} with padding ${begin} and ${end}`,
        'a kernel fits its padded input',
      );
    const steps = room / stride;
    if (!roundUp) return Math.floor(steps) + 1;
    const count = Math.ceil(steps) + 1;
    // A window that would begin in the padding at the end is dropped.
    return (count - 1) * stride >= size + begin ? count - 1 : count;
  });
}

/** Shape of a convolution's output; x [N, C, ...], w [M, C / group, ...]. */
function convolved(context: ShapeContext, x: readonly number[], w: readonly number[]): readonly number[] {
  const group = intOf(context, 'group', 1);
  const stated = intsOf(context, 'kernel_shape');
  if (x.length < 3 || w.length !== x.length)
    refuse(context, `input ${shapeText(x)} with weights ${shapeText(w)}`, 'give equal ranks of at least 3');
  const kernel = w.slice(2);
  if (stated !== null && shapeText(stated) !== shapeText(kernel))
    refuse(context, `kernel_shape ${shapeText(stated)} with weights ${shapeText(w)}`, 'the two agree');
  if (group < 1 || w[0] % group !== 0 || w[1] * group !== x[1])
    refuse(
      context,
      `group ${group} with input ${shapeText(x)} and weights ${shapeText(w)}`,
      'input channels are group times weight channels, and group divides the filters',
    );
  return [x[0], w[0], ...windowSizes(context, x.slice(2), kernel, false)];
}

const conv: ShapeRule = (context) => {
  const x = inputType(context, 0);
  const w = inputType(context, 1);
  const shape = convolved(context, x.shape, w.shape);
  const bias = context.inputs.at(2) ?? null;
  if (bias !== null && shapeText(bias.shape) !== `[${w.shape[0]}]`)
    refuse(
      context,
      `a bias of shape ${shapeText(bias.shape)}`,
      `it has one value for each of ${w.shape[0]} filters`,
    );
  return [{ type: x.type, shape }];
};

const convInteger: ShapeRule = (context) => [
  { type: 'int32', shape: convolved(context, inputType(context, 0).shape, inputType(context, 1).shape) },
];

/** Inputs: x, its scale and zero point, w, its scale and zero point, the output's scale and zero point, bias. */
const qlinearConv: ShapeRule = (context) => [
  {
    type: inputType(context, 7).type,
    shape: convolved(context, inputType(context, 0).shape, inputType(context, 3).shape),
  },
];

const pool: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const kernel = intsOf(context, 'kernel_shape');
  if (kernel === null || shape.length < 3)
    return refuse(
      context,
      kernel === null ? 'kernel_shape is missing' : `an input of shape ${shapeText(shape)}`,
      'pooling needs a kernel_shape and an input [N, C, ...]',
    );
  const roundUp = intOf(context, 'ceil_mode', 0) !== 0;
  const sizes = [...shape.slice(0, 2), ...windowSizes(context, shape.slice(2), kernel, roundUp)];
  return [
    { type, shape: sizes },
    { type: 'int64', shape: sizes },
  ];
};

const globalPool: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  if (shape.length < 2) refuse(context, `an input of shape ${shapeText(shape)}`, 'give [N, C, ...]');
  return [{ type, shape: shape.map((size, axis) => (axis < 2 ? size : 1)) }];
};

/** Rules of convolutions and poolings. */
export const windowRules: readonly NamedShapeRule[] = [
  ...rulesFor(['Conv'], conv),
  ...rulesFor(['ConvInteger'], convInteger),
  ...rulesFor(['QLinearConv'], qlinearConv),
  ...rulesFor(['MaxPool', 'AveragePool', 'LpPool'], pool),
  ...rulesFor(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'], globalPool),
];
