import type { OnnxOperator } from '../operator.ts';
import { intAttribute, intsAttribute, missing } from './support/attributes.ts';
import { checkLength, checkType, FLOAT_TYPES, fromFloat64, numbersOf } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { shapeText, sizeOf } from './support/shape.ts';
import { WINDOW_ATTRIBUTES, windowAxes, windowOffsets, type WindowAxis } from './support/window.ts';

/**
 * Taps of each position that the divisor counts when padding counts: those inside the padded input. With
 * ceil_mode a window may reach past it; what is there never counts, as in PyTorch.
 */
function paddedTaps(axes: readonly WindowAxis[]): number[] {
  return axes.reduce<number[]>(
    (counts, { input, kernel, stride, dilation, padBegin, padEnd, output }) =>
      counts.flatMap((count) =>
        Array.from({ length: output }, (_, o) => {
          const room = input + padBegin + padEnd - o * stride;
          return count * Math.min(kernel, Math.ceil(room / dilation));
        }),
      ),
    [1],
  );
}

/** The mean under the kernel, in float64, rounded once. */
export const averagePool: OnnxOperator = {
  name: 'AveragePool',
  domain: '',
  opsets: [7, 25],
  placement: 'host',
  attributes: [...WINDOW_ATTRIBUTES, 'ceil_mode', 'count_include_pad'],
  limits: 'floats',
  evaluate(inputs, context) {
    const x = required(context, inputs, 0);
    checkType(context, 'its input', x, FLOAT_TYPES);
    if (x.shape.length < 3) invalid(context, `input ${shapeText(x.shape)}`, 'its rank is 3 or more');
    const sizes = x.shape.slice(2);
    const kernel = intsAttribute(context, 'kernel_shape') ?? missing(context, 'kernel_shape');
    const axes = windowAxes(context, sizes, kernel, intAttribute(context, 'ceil_mode', 0) !== 0);
    const source = windowOffsets(context, axes);
    const taps = sizeOf(kernel);
    const plane = sizeOf(sizes);
    const positions = source.length / taps;
    const padded = intAttribute(context, 'count_include_pad', 0) === 0 ? null : paddedTaps(axes);
    const shape = [x.shape[0], x.shape[1], ...axes.map((axis) => axis.output)];
    checkLength(context, sizeOf(shape));
    const result = new Float64Array(sizeOf(shape));
    const values = numbersOf(x);
    for (let i = 0; i < result.length; i++) {
      const position = i % positions;
      const base = Math.floor(i / positions) * plane;
      let sum = 0;
      let count = 0;
      for (let t = position * taps; t < (position + 1) * taps; t++) {
        if (source[t] < 0) continue;
        sum += values[base + source[t]];
        count++;
      }
      result[i] = sum / (padded?.[position] ?? count);
    }
    return [fromFloat64(x.type, shape, result)];
  },
};
