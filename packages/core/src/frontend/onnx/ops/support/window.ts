import type { EvaluationContext } from '../../operator.ts';
import { choiceAttribute, intsAttribute } from './attributes.ts';
import { checkLength } from './elements.ts';
import { invalid } from './problem.ts';
import { shapeText } from './shape.ts';

/** How a kernel moves along one spatial axis; sizes in elements. */
export interface WindowAxis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
  readonly output: number;
}

/** Attributes that convolutions and poolings share. */
export const WINDOW_ATTRIBUTES = ['auto_pad', 'dilations', 'kernel_shape', 'pads', 'strides'] as const;

function perAxis(
  context: EvaluationContext,
  name: string,
  length: number,
  fallback: number,
  least: number,
): readonly number[] {
  const values = intsAttribute(context, name) ?? new Array<number>(length).fill(fallback);
  if (values.length !== length || values.some((value) => value < least))
    invalid(context, `attribute '${name}' is ${shapeText(values)}`, `give ${length} integers >= ${least}`);
  return values;
}

/**
 * Geometry of a convolution or pooling over `input` (spatial sizes) with `kernel`, from the node's
 * strides, dilations, pads, auto_pad, and ceil_mode where `ceil`. A window of ceil_mode that would start
 * in the padding at the end is dropped, as PyTorch and ONNX Runtime do and opset 22 states. With
 * auto_pad SAME or VALID explicit pads are ignored, as ONNX Runtime does.
 */
export function windowAxes(
  context: EvaluationContext,
  input: readonly number[],
  kernel: readonly number[],
  ceil = false,
): WindowAxis[] {
  const rank = input.length;
  if (kernel.length !== rank || kernel.some((size) => size < 1))
    invalid(
      context,
      `kernel ${shapeText(kernel)} for ${rank} spatial axes`,
      `give ${rank} sizes of at least 1`,
    );
  const strides = perAxis(context, 'strides', rank, 1, 1);
  const dilations = perAxis(context, 'dilations', rank, 1, 1);
  const pads = perAxis(context, 'pads', 2 * rank, 0, 0);
  const modes = ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'] as const;
  const mode = choiceAttribute(context, 'auto_pad', modes, 'NOTSET');
  return input.map((size, axis) => {
    const stride = strides[axis];
    const dilation = dilations[axis];
    const extent = (kernel[axis] - 1) * dilation + 1;
    const same = Math.max((Math.ceil(size / stride) - 1) * stride + extent - size, 0);
    const [padBegin, padEnd] = {
      NOTSET: [pads[axis], pads[axis + rank]],
      VALID: [0, 0],
      SAME_UPPER: [Math.floor(same / 2), Math.ceil(same / 2)],
      SAME_LOWER: [Math.ceil(same / 2), Math.floor(same / 2)],
    }[mode];
    const room = size + padBegin + padEnd - extent;
    if (room < 0)
      invalid(
        context,
        `a kernel of extent ${extent} does not fit ${size} elements with padding ${padBegin} + ${padEnd}`,
        'mend kernel_shape, dilations or pads',
      );
    let output = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    if (ceil && (output - 1) * stride >= size + padBegin) output--;
    return { input: size, kernel: kernel[axis], stride, dilation, padBegin, padEnd, output };
  });
}

/**
 * Offsets into one channel's plane of the elements under the kernel at each output position:
 * `[positions, taps]` row-major, -1 in the padding.
 */
export function windowOffsets(context: EvaluationContext, axes: readonly WindowAxis[]): Int32Array {
  checkLength(
    context,
    axes.reduce((product, axis) => product * axis.output * axis.kernel, 1),
  );
  // Offsets of the axes so far, [positions, taps]; each axis multiplies both.
  let positions = 1;
  let taps = 1;
  let table = new Int32Array(1);
  for (const axis of axes) {
    const next = new Int32Array(positions * axis.output * taps * axis.kernel);
    let at = 0;
    for (let p = 0; p < positions; p++) {
      for (let o = 0; o < axis.output; o++) {
        for (let t = 0; t < taps; t++) {
          const base = table[p * taps + t];
          for (let k = 0; k < axis.kernel; k++) {
            const index = o * axis.stride - axis.padBegin + k * axis.dilation;
            next[at++] = base < 0 || index < 0 || index >= axis.input ? -1 : base * axis.input + index;
          }
        }
      }
    }
    positions *= axis.output;
    taps *= axis.kernel;
    table = next;
  }
  return table;
}
