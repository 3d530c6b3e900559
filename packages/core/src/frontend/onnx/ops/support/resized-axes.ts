import type { EvaluationContext } from '../../operator.ts';
import { choiceAttribute, intsAttribute } from './attributes.ts';
import { numbersOf } from './elements.ts';
import { integersOf, optional, required, type Inputs } from './inputs.ts';
import { invalid } from './problem.ts';
import type { ResizedAxis } from './resample.ts';
import { normalAxes, shapeText } from './shape.ts';

/** An axis of the tensor to resize. */
export interface Region extends ResizedAxis {
  /** False: the operator does not touch the axis. */
  readonly resized: boolean;
}

const POLICIES = ['stretch', 'not_larger', 'not_smaller'] as const;

/** Wanted sizes brought to one ratio of output to input, as `keep_aspect_ratio_policy` says. */
function proportional(
  context: EvaluationContext,
  from: readonly number[],
  sizes: readonly number[],
): { readonly sizes: readonly number[]; readonly scales: readonly number[] } {
  const policy = choiceAttribute(context, 'keep_aspect_ratio_policy', POLICIES, 'stretch');
  const ratios = sizes.map((size, i) => size / from[i]);
  if (policy === 'stretch') return { sizes, scales: ratios };
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return { sizes: from.map((size) => Math.floor(size * scale + 0.5)), scales: from.map(() => scale) };
}

/** Output size of a stated scale: the product in float32, in which scales are stated. */
function scaledSize(size: number, scale: number): number {
  return Math.floor(Math.fround(size * scale));
}

/** How the node resizes each axis of a tensor of shape `from`; `stated` are Upsample's scales. */
export function resizedAxes(
  context: EvaluationContext,
  from: readonly number[],
  inputs: Inputs,
  stated: readonly number[] | null = null,
): Region[] {
  const rank = from.length;
  const named = context.opset < 18 ? null : intsAttribute(context, 'axes');
  const axes = named === null ? from.map((_, axis) => axis) : normalAxes(context, named, rank);
  const lengths = axes.map((axis) => from[axis]);
  const old = context.opset < 11;
  // An absent input is often written as an empty tensor.
  const given = (index: number): number[] | null => {
    const tensor = old ? null : optional(inputs, index);
    return tensor === null || tensor.data.length === 0 ? null : Array.from(numbersOf(tensor));
  };
  const scaleInput = stated ?? (old ? Array.from(numbersOf(required(context, inputs, 1))) : given(2));
  const sizeInput = given(3) === null ? null : integersOf(context, 'sizes', required(context, inputs, 3));
  if ((scaleInput === null) === (sizeInput === null))
    return invalid(context, 'states scales and sizes, or neither', 'give one of them');
  const { scales, sizes } =
    sizeInput !== null
      ? proportional(context, lengths, sizeInput)
      : { scales: scaleInput!, sizes: scaleInput!.map((scale, i) => scaledSize(lengths[i], scale)) };
  if (sizes.length !== axes.length || !scales.every((scale) => scale > 0 && Number.isFinite(scale)))
    invalid(
      context,
      `scales ${shapeText(scales)} of ${shapeText(from)}, axes ${shapeText(axes)}`,
      'one scale > 0 for each axis',
    );
  const region = given(1);
  return from.map((input, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return { input, output: input, scale: 1, start: 0, end: 1, resized: false };
    const resized = scales[i] !== 1 || sizes[i] !== input || region !== null;
    const start = region?.[i] ?? 0;
    const end = region?.[i + axes.length] ?? 1;
    return { input, output: sizes[i], scale: scales[i], start, end, resized };
  });
}
