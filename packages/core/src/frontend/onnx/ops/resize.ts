import type { EvaluationContext, OnnxOperator } from '../operator.ts';
import type { OnnxTensor } from '../tensor.ts';
import {
  choiceAttribute,
  floatAttribute,
  floatsAttribute,
  intAttribute,
  missing,
} from './support/attributes.ts';
import {
  checkLength,
  checkType,
  FLOAT_TYPES,
  float64Of,
  fromFloat64,
  numbersOf,
} from './support/elements.ts';
import { optional, required, type Inputs } from './support/inputs.ts';
import { unsupported } from './support/problem.ts';
import type { Taps } from './support/resample.ts';
import { RESIZE_MODES, tapsFunction, type ResizeMode } from './support/resize-taps.ts';
import { resizedAxes, type Region } from './support/resized-axes.ts';
import { around, rearrange, sizeOf, stridesOf } from './support/shape.ts';

/** Nearest: each element is moved, whatever its type. */
function pick(
  context: EvaluationContext,
  x: OnnxTensor,
  shape: readonly number[],
  taps: readonly Taps[][],
): OnnxTensor {
  const strides = stridesOf(x.shape);
  let source = new Int32Array(1);
  taps.forEach((along, axis) => {
    const next = new Int32Array(source.length * along.length);
    for (let i = 0; i < source.length; i++) {
      for (let j = 0; j < along.length; j++) {
        const { indices, outside } = along[j];
        next[i * along.length + j] = outside || source[i] < 0 ? -1 : source[i] + indices[0] * strides[axis];
      }
    }
    source = next;
  });
  return rearrange(context, x, shape, source, floatAttribute(context, 'extrapolation_value', 0));
}

/** Weighted sums axis by axis in float64, rounded once at the end. */
function interpolate(x: OnnxTensor, taps: readonly Taps[][], extrapolation: number): Float64Array {
  let values = float64Of(x);
  const shape = [...x.shape];
  taps.forEach((along, axis) => {
    if (along.length === shape[axis] && along.every(({ weights }) => weights.length === 1)) return;
    const { outer, size, inner } = around(shape, axis);
    const next = new Float64Array(outer * along.length * inner);
    for (let o = 0; o < outer; o++) {
      along.forEach(({ indices, weights }, j) => {
        const to = (o * along.length + j) * inner;
        indices.forEach((index, t) => {
          const from = (o * size + index) * inner;
          for (let i = 0; i < inner; i++) next[to + i] += weights[t] * values[from + i];
        });
      });
    }
    shape[axis] = along.length;
    values = next;
  });
  const strides = stridesOf(shape);
  if (taps.some((along) => along.some(({ outside }) => outside)))
    for (let i = 0; i < values.length; i++)
      if (taps.some((along, axis) => along[Math.floor(i / strides[axis]) % shape[axis]].outside))
        values[i] = extrapolation;
  return values;
}

function resample(
  context: EvaluationContext,
  x: OnnxTensor,
  axes: readonly Region[],
  mode: ResizeMode,
): OnnxTensor {
  const shape = axes.map((axis) => axis.output);
  checkLength(context, sizeOf(shape));
  const tapsOf = tapsFunction(context, mode);
  const taps = axes.map((axis) => Array.from({ length: axis.output }, (_, i) => tapsOf(axis, i)));
  if (mode === 'nearest') return pick(context, x, shape, taps);
  checkType(context, 'its input', x, FLOAT_TYPES);
  return fromFloat64(x.type, shape, interpolate(x, taps, floatAttribute(context, 'extrapolation_value', 0)));
}

const resize: OnnxOperator = {
  name: 'Resize',
  domain: '',
  opsets: [10, 25],
  placement: 'host',
  attributes: [
    'antialias',
    'axes',
    'coordinate_transformation_mode',
    'cubic_coeff_a',
    'exclude_outside',
    'extrapolation_value',
    'keep_aspect_ratio_policy',
    'mode',
    'nearest_mode',
  ],
  limits:
    'nearest, linear, cubic; no antialias; opset 10: nearest only upwards; lowered: nearest, whole factors',
  evaluate(inputs: Inputs, context) {
    const x = required(context, inputs, 0);
    const mode = choiceAttribute(context, 'mode', RESIZE_MODES, 'nearest');
    if (intAttribute(context, 'antialias', 0) !== 0)
      unsupported(context, 'antialias is 1', 'resize the images before the network');
    const axes = resizedAxes(context, x.shape, inputs);
    if (context.opset < 11 && mode === 'nearest' && axes.some((axis) => axis.scale < 1))
      unsupported(context, 'scales down by nearest at opset 10', 'opset 11 says how nearest rounds');
    return [resample(context, x, axes, mode)];
  },
};

/** Resize before opset 10, upwards only. */
const upsample: OnnxOperator = {
  name: 'Upsample',
  domain: '',
  opsets: [7, 9],
  placement: 'host',
  attributes: ['mode', 'scales'],
  limits: 'nearest, linear; scales >= 1; lowered: nearest, whole factors',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    const mode = choiceAttribute(context, 'mode', ['nearest', 'linear'], 'nearest');
    const tensor = context.opset < 9 ? null : optional(inputs, 1);
    const scales = tensor === null ? floatsAttribute(context, 'scales') : Array.from(numbersOf(tensor));
    const axes = resizedAxes(context, x.shape, inputs, scales ?? missing(context, 'scales'));
    if (axes.some((axis) => axis.scale < 1))
      unsupported(context, 'a scale is below 1', 'use Resize of opset 11');
    return [resample(context, x, axes, mode)];
  },
};

export const resizes: readonly OnnxOperator[] = [resize, upsample];
