import type { ModelConvNode } from '../../../model/model.ts';
import { dilatedExtent, windowOutput } from '../../../network/window.ts';
import { intAttribute, intsAttribute } from '../../onnx/ops/support/attributes.ts';
import { windowAxes } from '../../onnx/ops/support/window.ts';
import { zeroCodes } from '../input-affine.ts';
import { biasWithOffset, foldAffine, layerWeights, storeLayer } from '../layer-weights.ts';
import type { ImportRule, NodeScope } from '../scope.ts';
import { paddedShape, type Activation } from '../value.ts';

type Padding = ModelConvNode['padding'];

/** The pads of a window together with the zeros that wait before it; null when those are not only rows and columns. */
export function joinedPadding({ zeros }: Activation, own: Padding): Padding | null {
  if (zeros === null) return own;
  const { before, after } = zeros;
  if (before[0] + after[0] > 0) return null;
  return [own[0] + before[1], own[1] + before[2], own[2] + after[1], own[3] + after[2]];
}

/** Geometry of a 2-D window; of a 1-D one as an image of height 1. */
export interface PlaneWindow {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
  /** As the file's rule (ceil_mode) has it. */
  readonly output: readonly [number, number];
}

/** The window of a Conv or pooling node over an input of this ONNX shape. */
export function planeWindow(
  scope: NodeScope,
  shape: readonly number[],
  kernel: readonly number[],
  ceil = false,
): PlaneWindow {
  const axes = windowAxes(scope, shape.slice(2), kernel, ceil);
  const rows = axes.length > 1 ? axes[0] : null;
  const columns = axes.at(-1);
  if (columns === undefined) return scope.refuse('has no spatial axis', 'give 1 or 2');
  return {
    kernel: [rows?.kernel ?? 1, columns.kernel],
    stride: [rows?.stride ?? 1, columns.stride],
    dilation: [rows?.dilation ?? 1, columns.dilation],
    padding: [rows?.padBegin ?? 0, columns.padBegin, rows?.padEnd ?? 0, columns.padEnd],
    output: [rows?.output ?? 1, columns.output],
  };
}

const NO_PADDING: Padding = [0, 0, 0, 0];

/** Whether each pad is below the extent of the kernel, as integer networks want it. */
export function isBelowKernel(
  padding: Padding,
  { kernel, dilation }: Pick<PlaneWindow, 'kernel' | 'dilation'>,
): boolean {
  return padding.every((pad, side) => {
    const axis = side % 2 === 0 ? 0 : 1;
    return pad < dilatedExtent(kernel[axis], dilation[axis]);
  });
}

/** The value inside a pad node of its own. */
function padded(
  { importer }: NodeScope,
  id: string,
  value: Activation,
  padding: Padding,
  codes: readonly number[] | null,
): Activation {
  const [top, left, bottom, right] = padding;
  const zeros = { before: [0, top, left], after: [0, bottom, right] } as const;
  if (codes === null) return importer.settle({ ...importer.settle(value), zeros });
  const shape = paddedShape({ ...value, zeros });
  return importer.add(
    { kind: 'pad', id: importer.names.unique(`${id}.pad`), input: value.id, ...zeros, codes },
    shape,
  );
}

/** Conv, 2-D and 1-D: the normalisation of the network's input and a Pad before it are taken in. */
export const conv: ImportRule = (scope) => {
  const { importer } = scope;
  const shape = scope.inputShape(0);
  let value = scope.image(scope.activation(0), shape);
  const weight = scope.constant(1, 'its weight');
  const [outputs = 0, inputsOfGroup = 0, ...stated] = weight.shape;
  const window = planeWindow(scope, shape, intsAttribute(scope, 'kernel_shape') ?? stated);
  const groups = intAttribute(scope, 'group', 1);
  const channels = shape[1] ?? 0;
  if (
    stated.length !== shape.length - 2 ||
    inputsOfGroup * groups !== channels ||
    outputs % groups !== 0 ||
    outputs === 0
  )
    scope.refuse(
      `weights [${weight.shape.join(', ')}] in ${groups} groups do not fit ${channels} input channels`,
      'export again',
    );
  const id = scope.id(weight);
  let weights = layerWeights(scope, weight, [outputs, inputsOfGroup, ...window.kernel]);
  let padding = joinedPadding(value, window.padding);
  if (padding === null) {
    value = importer.settle(value);
    padding = window.padding;
  } else value = { ...value, zeros: null };
  let offset: Float64Array | null = null;
  if (value.affine !== null) {
    const perGroup = outputs / groups;
    const area = window.kernel[0] * window.kernel[1];
    const folded = foldAffine(weights, value.affine, (i) => {
      const inputChannel = Math.floor(i / area) % inputsOfGroup;
      return Math.floor(i / (area * inputsOfGroup * perGroup)) * inputsOfGroup + inputChannel;
    });
    const isPadded = padding.some((pad) => pad > 0);
    const zero = zeroCodes(value.affine, channels, importer.input.scale, importer.input.bits);
    if (folded === null || (isPadded && zero === null)) value = importer.settle(value);
    else {
      weights = folded.weights;
      offset = folded.offset;
      value = { ...value, affine: null };
      if (isPadded && zero !== null) {
        value = padded(scope, id, value, padding, zero.codes);
        padding = NO_PADDING;
        scope.remark(
          `normalisation taken into the weights; the zeros around the image are the pixel codes ${zero.codes.join(', ')} (exactly ${zero.exact.map((code) => code.toFixed(3)).join(', ')})`,
        );
      } else scope.remark('normalisation of the input taken into the weights');
    }
  }
  if (!isBelowKernel(padding, window)) {
    value = padded(scope, id, value, padding, null);
    padding = NO_PADDING;
  }
  const stored = scope.optionalConstant(2, 'its bias')?.data ?? null;
  const bias = biasWithOffset(scope, stored, offset);
  const { kernel, stride, dilation } = window;
  const geometry = { kernel, stride, padding, dilation };
  scope.emit(
    { kind: 'conv', id, input: value.id, ...storeLayer(scope, id, weights, bias), ...geometry, groups },
    [outputs, ...windowOutput(geometry, value.shape, dilation)],
  );
};
