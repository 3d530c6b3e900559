import type { EvaluationContext, OnnxOperator } from '../../operator.ts';
import type { OnnxTensor } from '../../tensor.ts';
import { intAttribute } from '../support/attributes.ts';
import { numbersOf, roundHalfEven } from '../support/elements.ts';
import type { Inputs } from '../support/inputs.ts';
import { bitWidth, parameter, QONNX_DOMAIN, quantizedInput } from './parameters.ts';
import { levelRange, roundingOf } from './rounding.ts';

const fround = Math.fround;

function trunc(
  version: number,
  attributes: readonly string[],
  evaluate: (
    x: OnnxTensor,
    inputs: Inputs,
    context: EvaluationContext,
  ) => (element: number, x: number) => number,
): OnnxOperator {
  return {
    name: 'Trunc',
    domain: QONNX_DOMAIN,
    opsets: [version, version],
    placement: 'float-only',
    attributes,
    limits: '',
    evaluate(inputs, context) {
      const x = quantizedInput(context, inputs);
      const apply = evaluate(x, inputs, context);
      const data = Float32Array.from(numbersOf(x), (value, i) => apply(i, value));
      return [{ type: 'float32', shape: x.shape, data }];
    },
  };
}

/**
 * Levels with their low bits removed: round(level / 2^(input bits - output bits)) on the input's scale,
 * as QONNX defines version 1. float32 at each step.
 */
const first = trunc(1, ['rounding_mode'], (x, inputs, context) => {
  const scale = parameter(context, inputs, 1, 'scale', x);
  const zero = parameter(context, inputs, 2, 'zeropt', x);
  const removed = 2 ** (bitWidth(context, inputs, 3) - bitWidth(context, inputs, 4));
  const round = roundingOf(context, 'FLOOR');
  return (i, value) => {
    const level = roundHalfEven(fround(fround(value / scale(i)) + zero(i)));
    return fround(round(fround(level / removed)) - zero(i)) * scale(i);
  };
});

/**
 * Version 2 states the scale of the output, a power of two of the input's, and clamps to the output's
 * bit width before it rounds. float32 at each step.
 */
const second = trunc(2, ['narrow', 'rounding_mode', 'signed'], (x, inputs, context) => {
  const scale = parameter(context, inputs, 1, 'scale', x);
  const zero = parameter(context, inputs, 2, 'zeropt', x);
  bitWidth(context, inputs, 3);
  const outputScale = parameter(context, inputs, 4, 'output scale', x);
  const bits = bitWidth(context, inputs, 5);
  const signed = intAttribute(context, 'signed', 1) !== 0;
  const [low, high] = levelRange(bits, signed, intAttribute(context, 'narrow', 0) !== 0);
  const round = roundingOf(context, 'FLOOR');
  return (i, value) => {
    const removed = 2 ** roundHalfEven(Math.log2(outputScale(i) / scale(i)));
    const level = roundHalfEven(fround(fround(value / scale(i)) + zero(i)));
    const shortened = round(Math.max(low, Math.min(high, fround(level / removed))));
    return fround(shortened - fround(zero(i) / removed)) * outputScale(i);
  };
});

export const truncs: readonly OnnxOperator[] = [first, second];
