import type { OnnxOperator } from '../operator.ts';
import { checkType, FLOAT_TYPES, float64Of, fromFloat64 } from './support/elements.ts';
import { required } from './support/inputs.ts';
import { invalid } from './support/problem.ts';
import { shapeText, sizeOf } from './support/shape.ts';

function globalPool(name: string, reduce: (values: Float64Array) => number): OnnxOperator {
  return {
    name,
    domain: '',
    opsets: [1, 25],
    placement: 'host',
    attributes: [],
    limits: 'floats',
    evaluate(inputs, context) {
      const x = required(context, inputs, 0);
      checkType(context, 'its input', x, FLOAT_TYPES);
      const sizes = x.shape.slice(2);
      const plane = sizeOf(sizes);
      if (x.shape.length < 2 || plane === 0)
        invalid(context, `input ${shapeText(x.shape)}`, 'it has a batch axis, channels and elements');
      const values = float64Of(x);
      const result = new Float64Array(x.shape[0] * x.shape[1]);
      for (let i = 0; i < result.length; i++) result[i] = reduce(values.subarray(i * plane, (i + 1) * plane));
      return [fromFloat64(x.type, [x.shape[0], x.shape[1], ...sizes.map(() => 1)], result)];
    },
  };
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function largest(values: Float64Array): number {
  let best = -Infinity;
  for (const value of values) best = Math.max(best, value);
  return best;
}

/** One value for each channel's plane. */
export const globalPools: readonly OnnxOperator[] = [
  globalPool('GlobalAveragePool', mean),
  globalPool('GlobalMaxPool', largest),
];
