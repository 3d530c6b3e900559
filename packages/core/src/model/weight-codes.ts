import { codeRange, type CodeFormat } from '../network/codes.ts';

/** To the nearest integer, halves to even, as ONNX `Round`. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value) + 0;
  return (below % 2 === 0 ? below : below + 1) + 0;
}

/**
 * Weight codes as the trainer's graph makes them, in float32: `Round(Clip(w / step))`.
 *
 * @param weights float32, the outer axis of `outputs` rows.
 * @param steps float32, one for all or one per output channel, positive.
 */
export function weightCodes(
  weights: Float32Array,
  steps: Float32Array,
  outputs: number,
  format: CodeFormat,
): Int8Array {
  const { min, max } = codeRange(format);
  const perOutput = weights.length / outputs;
  const codes = new Int8Array(weights.length);
  for (let index = 0; index < weights.length; index++) {
    const step = steps[steps.length === 1 ? 0 : Math.floor(index / perOutput)];
    // float64 division rounded to float32 is the correctly rounded float32 division (53 >= 2 * 24 + 2).
    const ratio = Math.fround(weights[index] / step);
    codes[index] = roundHalfToEven(Math.min(max, Math.max(min, ratio)));
  }
  return codes;
}
