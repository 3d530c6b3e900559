import { fail } from '../diagnostics/index.ts';
import type { FloatTensor } from '../model/model.ts';
import { codeRange, type CodeFormat } from '../network/codes.ts';
import { bestOnGrid } from './grid.ts';
import { nearest } from './rounding.ts';

/** How weight steps are searched. */
export interface WeightStepOptions {
  /** One step per output channel (which costs the macro nothing: its thresholds are per channel) or one for all. */
  readonly granularity: 'channel' | 'tensor';
  /** The p of sum |w - step * code|^p: 2 is the squared error; 2.4 weighs clipping more. Above 0. */
  readonly exponent: number;
}

/** Per channel, squared error. */
export const defaultWeightSteps: WeightStepOptions = { granularity: 'channel', exponent: 2 };

/** Smallest share of the range that the search considers. */
const LEAST_SHARE = 0.1;

/**
 * sum |w - step * code|^exponent over some weights, the codes and values made as the quantizer makes
 * them in float32: `code = round(clip(w / step))`, halves to even.
 *
 * @param step a float32 above 0.
 */
export function weightError(
  weights: Float32Array,
  step: number,
  format: CodeFormat,
  exponent: number,
): number {
  const { min, max } = codeRange(format);
  let sum = 0;
  for (const weight of weights) {
    const ratio = Math.fround(weight / step);
    const code = ratio >= max ? max : ratio <= min ? min : nearest(ratio);
    const difference = weight - Math.fround(step * code);
    sum += exponent === 2 ? difference * difference : Math.abs(difference) ** exponent;
  }
  return sum;
}

/** The step at which the widest weight just has a code (min-max); 0 where all weights are 0. */
export function minMaxStep(weights: Float32Array, format: CodeFormat): number {
  const { min, max } = codeRange(format);
  let step = 0;
  for (const weight of weights) step = Math.max(step, weight > 0 ? weight / max : weight / min);
  return Math.fround(step);
}

function searchStep(weights: Float32Array, format: CodeFormat, exponent: number): number {
  const widest = minMaxStep(weights, format);
  if (!(widest > 0)) return 0;
  const { argument } = bestOnGrid(
    (step) => weightError(weights, Math.fround(step), format, exponent),
    LEAST_SHARE * widest,
    widest,
  );
  return Math.fround(argument);
}

/**
 * Weight steps of least error: a search over clipping ranges from a tenth of the widest weight to all of
 * it, never worse than min-max. Channels whose weights are all 0 get the largest step of the others (1 when
 * there are none): any step codes them without error.
 *
 * @param weight `[out, ...]`.
 * @returns shape `[out]` or `[]`, float32, positive.
 * @throws TallyError `parameter-not-finite`
 */
export function weightSteps(
  weight: FloatTensor,
  format: CodeFormat,
  path: string,
  options: WeightStepOptions = defaultWeightSteps,
): FloatTensor {
  const wrong = weight.data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    fail(
      'parameter-not-finite',
      path,
      `[${wrong}] is ${weight.data[wrong]}, must be a finite number`,
      'export or train the network again',
    );
  }
  const [outputs = 1] = weight.shape;
  const rows = options.granularity === 'channel' ? outputs : 1;
  const perRow = weight.data.length / rows;
  const steps = Float32Array.from({ length: rows }, (_, row) =>
    searchStep(weight.data.subarray(row * perRow, (row + 1) * perRow), format, options.exponent),
  );
  const largest = steps.reduce((a, b) => Math.max(a, b), 0);
  return {
    shape: options.granularity === 'channel' ? [rows] : [],
    data: steps.map((step) => (step > 0 ? step : largest > 0 ? largest : 1)),
  };
}
