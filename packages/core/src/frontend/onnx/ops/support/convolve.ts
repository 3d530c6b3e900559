import type { EvaluationContext } from '../../operator.ts';
import { intAttribute, intsAttribute } from './attributes.ts';
import { checkLength } from './elements.ts';
import { invalid } from './problem.ts';
import { multiplyRows } from './product.ts';
import { shapeText, sizeOf } from './shape.ts';
import { windowAxes, windowOffsets } from './window.ts';

/** Float64 elements of patches worked on at once: they stay in the second-level cache. */
const PATCH_ELEMENTS = 2 ** 15;

/** Sums of a convolution, not yet rounded. */
export interface Convolution {
  /** `[N, M, ...output sizes]`. */
  readonly shape: readonly number[];
  readonly sums: Float64Array;
}

/**
 * Convolution of `x` [N, C, ...sizes] with `w` [M, C / group, ...kernel] over any number of spatial
 * axes; the node states group, strides, dilations, pads and auto_pad. Sums are float64, over channels,
 * then kernel rows, then columns. A tap in the padding contributes `padding` (a zero point, or 0) as
 * its input.
 *
 * @throws TallyError `onnx-invalid` when shapes or attributes do not fit each other.
 */
export function convolve(
  context: EvaluationContext,
  x: Float64Array,
  xShape: readonly number[],
  w: Float64Array,
  wShape: readonly number[],
  padding = 0,
): Convolution {
  const group = intAttribute(context, 'group', 1);
  const [batch, channels] = xShape;
  const [filters, depth] = wShape;
  const spatial = xShape.slice(2);
  const kernel = wShape.slice(2);
  const stated = intsAttribute(context, 'kernel_shape');
  if (spatial.length < 1 || kernel.length !== spatial.length)
    invalid(context, `input ${shapeText(xShape)} with weights ${shapeText(wShape)}`, 'give equal ranks >= 3');
  if (stated !== null && shapeText(stated) !== shapeText(kernel))
    invalid(context, `kernel_shape ${shapeText(stated)} with weights ${shapeText(wShape)}`, 'they agree');
  if (group < 1 || filters % group !== 0 || depth * group !== channels)
    invalid(
      context,
      `group ${group} with input ${shapeText(xShape)} and weights ${shapeText(wShape)}`,
      'input channels are group x weight channels, and group divides the filters',
    );
  const axes = windowAxes(context, spatial, kernel);
  const outputs = axes.map((axis) => axis.output);
  const positions = sizeOf(outputs);
  const shape = [batch, filters, ...outputs];
  checkLength(context, sizeOf(shape));
  const sums = new Float64Array(sizeOf(shape));
  const taps = sizeOf(kernel);
  const source = windowOffsets(context, axes);
  const plane = sizeOf(spatial);
  const length = depth * taps;
  const perGroup = filters / group;
  const tile = Math.max(8, Math.min(positions, Math.floor(PATCH_ELEMENTS / Math.max(length, 1))));
  const patches = new Float64Array(tile * length);
  const products = new Float64Array(perGroup * tile);
  for (let g = 0; g < group; g++) {
    const weights = w.subarray(g * perGroup * length, (g + 1) * perGroup * length);
    for (let n = 0; n < batch; n++) {
      const input = (n * channels + g * depth) * plane;
      const output = (n * filters + g * perGroup) * positions;
      for (let first = 0; first < positions; first += tile) {
        const count = Math.min(tile, positions - first);
        gather(
          x,
          input,
          plane,
          depth,
          source.subarray(first * taps, (first + count) * taps),
          taps,
          padding,
          patches,
        );
        multiplyRows(weights, perGroup, patches, count, length, products);
        for (let m = 0; m < perGroup; m++)
          sums.set(products.subarray(m * count, (m + 1) * count), output + m * positions + first);
      }
    }
  }
  return { shape, sums };
}

/** Copies what lies under the kernel: `patches` is [positions, channels, taps]. */
function gather(
  x: Float64Array,
  input: number,
  plane: number,
  channels: number,
  source: Int32Array,
  taps: number,
  padding: number,
  patches: Float64Array,
): void {
  const positions = source.length / taps;
  let at = 0;
  for (let p = 0; p < positions; p++) {
    for (let c = 0; c < channels; c++) {
      const base = input + c * plane;
      for (let t = p * taps; t < (p + 1) * taps; t++) {
        const offset = source[t];
        patches[at++] = offset < 0 ? padding : x[base + offset];
      }
    }
  }
}
