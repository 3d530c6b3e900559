import { fail } from '../diagnostics/index.ts';
import { bestOnGrid } from './grid.ts';
import type { ValueHistogram } from './histogram.ts';
import { nearest } from './rounding.ts';

/** Step and zero point of an activation quantizer: value = step * (code - zeroPoint), code 0 .. levels - 1. */
export interface ActivationStep {
  /** A float32 above 0. */
  readonly step: number;
  readonly zeroPoint: number;
  /** Mean |x - quantized x|^exponent over the histogram. */
  readonly error: number;
}

/** Smallest share of the range that the search considers. */
const LEAST_SHARE = 0.02;

interface Entries {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

/** sum counts * |x - quantized x|^exponent, values at the middles of their bins. */
function histogramError(
  { values, counts }: Entries,
  step: number,
  lowest: number,
  highest: number,
  exponent: number,
): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const ratio = values[i] / step;
    const code = ratio >= highest ? highest : ratio <= lowest ? lowest : nearest(ratio);
    const difference = values[i] - step * code;
    sum += counts[i] * (exponent === 2 ? difference * difference : Math.abs(difference) ** exponent);
  }
  return sum;
}

/**
 * The step of least error of an activation quantizer, and for values of both signs its zero point too.
 *
 * @param histogram of the values that the quantizer reads.
 * @param levels codes in use, at least 2.
 * @param zeroPoint fixed zero point, or null to search it among the integers 0 .. levels - 1.
 * @param path names the quantizer in errors.
 * @throws TallyError `calibration-degenerate` when nothing but zeros (or values that the codes cannot say) was seen.
 */
export function activationStep(
  histogram: ValueHistogram,
  levels: number,
  zeroPoint: number | null,
  exponent: number,
  path: string,
): ActivationStep {
  const entries = histogram.entries();
  const { min, max } = histogram;
  let best: ActivationStep | null = null;
  for (const zero of zeroPoint === null ? zeroPoints(min, max, levels) : [zeroPoint]) {
    const highest = levels - 1 - zero;
    const widest = Math.max(highest > 0 ? max / highest : 0, zero > 0 ? -min / zero : 0);
    if (!(widest > 0)) continue;
    const found = bestOnGrid(
      (step) => histogramError(entries, Math.fround(step), -zero, highest, exponent),
      LEAST_SHARE * widest,
      widest,
    );
    const error = found.error / histogram.count;
    if (best === null || error < best.error)
      best = { step: Math.fround(found.argument), zeroPoint: zero, error };
  }
  return (
    best ??
    fail(
      'calibration-degenerate',
      path,
      histogram.count === 0
        ? 'no value was seen, a quantizer step needs values'
        : `the values seen are all between ${min} and ${max}; a quantizer step must be above zero`,
      'calibrate on real images and start from a trained network',
    )
  );
}

/** Zero points worth trying: those between all codes on one side and the one that splits them as the range is split. */
function zeroPoints(min: number, max: number, levels: number): readonly number[] {
  if (!(min < 0)) return [0];
  if (!(max > 0)) return [levels - 1];
  const proportional = (-min / (max - min)) * (levels - 1);
  const spread = Math.max(2, levels / 4);
  const first = Math.max(1, Math.floor(proportional - spread));
  const last = Math.min(levels - 1, Math.ceil(proportional + spread));
  const stride = Math.max(1, Math.floor((last - first) / 32));
  const found = [Math.floor(levels / 2)];
  for (let zero = first; zero <= last; zero += stride) if (!found.includes(zero)) found.push(zero);
  return found;
}
