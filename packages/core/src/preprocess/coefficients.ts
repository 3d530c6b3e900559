import type { ResamplingFilter } from './filter.ts';

/** Weighted sums along one axis: output j = sum over k of weight[j, k] * input[first[j] + k]. */
export interface AxisWeights<Weights extends Float64Array | Int32Array> {
  /** First input that each output reads. */
  readonly first: Int32Array;
  /** How many inputs each output reads; the remaining weights of its row are zero. */
  readonly count: Int32Array;
  /** Length of a row of `weights`. */
  readonly stride: number;
  /** outputs x stride. */
  readonly weights: Weights;
}

/** Fraction bits of an integer weight: 8 bits of pixel and 2 of headroom for negative lobes leave 22 of 32. */
export const WEIGHT_BITS = 22;

/**
 * Weights that resample `inputs` pixels to `outputs` pixels: when shrinking the filter is widened by the
 * scale (antialiasing), and each output's weights sum to 1.
 *
 * The order of floating-point operations is Pillow's (`precompute_coeffs`, src/libImaging/Resample.c,
 * version 9.4), because the integer weights made from these must be the same.
 */
export function axisWeights(
  inputs: number,
  outputs: number,
  filter: ResamplingFilter,
): AxisWeights<Float64Array> {
  const scale = inputs / outputs;
  const widening = Math.max(scale, 1);
  const support = filter.support * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputs);
  const count = new Int32Array(outputs);
  const weights = new Float64Array(outputs * stride);
  const narrowing = 1 / widening;
  for (let j = 0; j < outputs; j++) {
    const center = (j + 0.5) * scale;
    const from = Math.max(0, Math.trunc(center - support + 0.5));
    const size = Math.min(inputs, Math.trunc(center + support + 0.5)) - from;
    const row = j * stride;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const weight = filter.weight((k + from - center + 0.5) * narrowing);
      weights[row + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < size; k++) if (sum !== 0) weights[row + k] /= sum;
    first[j] = from;
    count[j] = size;
  }
  return { first, count, stride, weights };
}

/** The same weights as integers times 2^-22, rounded half away from zero as Pillow does. */
export function fixedPoint(exact: AxisWeights<Float64Array>): AxisWeights<Int32Array> {
  const one = 2 ** WEIGHT_BITS;
  const weights = new Int32Array(exact.weights.length);
  for (let i = 0; i < weights.length; i++) {
    const scaled = exact.weights[i] * one;
    weights[i] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }
  return { ...exact, weights };
}
