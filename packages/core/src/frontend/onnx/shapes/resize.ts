import type { OnnxTensor } from '../tensor.ts';
import {
  axisOf,
  constantInput,
  inputType,
  integersOf,
  intsOf,
  refuse,
  refuseUnsupported,
  rulesFor,
  shapeText,
  stringOf,
  type NamedShapeRule,
  type ShapeContext,
  type ShapeRule,
} from './rule.ts';

function numbersOf(tensor: OnnxTensor): readonly number[] {
  return Array.from(tensor.data, Number);
}

/** Sizes from factors by axis; a factor times a size is rounded down. */
function scaled(
  context: ShapeContext,
  shape: readonly number[],
  axes: readonly number[],
  factors: readonly number[],
): readonly number[] {
  if (factors.length !== axes.length || factors.some((factor) => !(factor > 0 && Number.isFinite(factor))))
    refuse(context, `scales ${shapeText(factors)}`, `give ${axes.length} positive numbers`);
  const sizes = [...shape];
  for (const [index, axis] of axes.entries())
    // In float32, as ONNX Runtime: 2.6 (as a float32) times 5 is 13, not a little less.
    sizes[axis] = Math.floor(Math.fround(shape[axis] * factors[index]));
  return sizes;
}

/** Sizes of opset 18's keep_aspect_ratio_policy: one factor for all axes. */
function keepingAspect(
  context: ShapeContext,
  shape: readonly number[],
  axes: readonly number[],
  target: readonly number[],
  policy: string,
): readonly number[] {
  const sizes = [...shape];
  if (policy === 'stretch') {
    for (const [index, axis] of axes.entries()) sizes[axis] = target[index];
    return sizes;
  }
  const factors = axes.map((axis, index) => target[index] / shape[axis]);
  if (policy !== 'not_larger' && policy !== 'not_smaller')
    refuse(context, `keep_aspect_ratio_policy is '${policy}'`, 'use stretch, not_larger or not_smaller');
  const factor = policy === 'not_larger' ? Math.min(...factors) : Math.max(...factors);
  // ONNX: rounded half up.
  for (const axis of axes) sizes[axis] = Math.floor(shape[axis] * factor + 0.5);
  return sizes;
}

/** Input `index` when it is there and not empty: writers of opset 11 leave scales or sizes empty. */
function filled(context: ShapeContext, index: number): OnnxTensor | null {
  const tensor = constantInput(context, index);
  return tensor === null || tensor.data.length === 0 ? null : tensor;
}

/**
 * With tf_crop_and_resize and scales, ONNX counts the size of the region, ONNX Runtime that of the input:
 * refused, unless the region is the whole input.
 */
function checkWholeRegion(context: ShapeContext, count: number): void {
  if (stringOf(context, 'coordinate_transformation_mode', '') !== 'tf_crop_and_resize') return;
  const region = filled(context, 1);
  const bounds = region === null ? [] : numbersOf(region);
  if (bounds.some((bound, index) => bound !== (index < count ? 0 : 1)))
    refuseUnsupported(
      context,
      `tf_crop_and_resize of the region ${shapeText(bounds)} with scales`,
      'give sizes instead of scales: readers disagree on the size that scales mean',
    );
}

const resize: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const allAxes = [...shape.keys()];
  if (context.opset < 11) {
    const scales = filled(context, 1);
    if (scales === null) return refuse(context, 'scales are missing', 'Resize requires them');
    return [{ type, shape: scaled(context, shape, allAxes, numbersOf(scales)) }];
  }
  const axes = (intsOf(context, 'axes') ?? allAxes).map((axis) => axisOf(context, axis, shape.length));
  const scales = filled(context, 2);
  const sizes = filled(context, 3);
  if (sizes !== null) {
    const target = integersOf(context, sizes);
    if (target.length !== axes.length || target.some((size) => size < 0))
      refuse(context, `sizes ${shapeText(target)}`, `give ${axes.length} sizes`);
    const policy = stringOf(context, 'keep_aspect_ratio_policy', 'stretch');
    return [{ type, shape: keepingAspect(context, shape, axes, target, policy) }];
  }
  if (scales === null) return refuse(context, 'neither scales nor sizes are given', 'Resize requires one');
  checkWholeRegion(context, axes.length);
  return [{ type, shape: scaled(context, shape, axes, numbersOf(scales)) }];
};

const upsample: ShapeRule = (context) => {
  const { type, shape } = inputType(context, 0);
  const attribute = context.node.attributes.get('scales');
  const stated = attribute?.kind === 'floats' ? attribute.value : null;
  const tensor = context.opset < 9 ? null : constantInput(context, 1);
  const factors = stated ?? (tensor === null ? [] : numbersOf(tensor));
  return [{ type, shape: scaled(context, shape, [...shape.keys()], factors) }];
};

/** Rules of operators that resample. */
export const resizeRules: readonly NamedShapeRule[] = [
  ...rulesFor(['Resize'], resize),
  ...rulesFor(['Upsample'], upsample),
];
