import type { FloatTensor } from '../model/model.ts';
import { codeRange, type CodeFormat } from '../network/codes.ts';

const ZETA = 1.1;
const GAMMA = -0.1;

/** The rectified sigmoid h(v) (AdaRound, Nagel et al. 2020, eq. 23), 0 to 1. */
export function rectifiedSigmoid(v: number): number {
  return Math.min(1, Math.max(0, (ZETA - GAMMA) / (1 + Math.exp(-v)) + GAMMA));
}

/** The v with h(v) = fraction, for 0 <= fraction <= 1. */
export function inverseRectifiedSigmoid(fraction: number): number {
  const sigmoid = (fraction - GAMMA) / (ZETA - GAMMA);
  return Math.log(sigmoid / (1 - sigmoid));
}

/** Fractions start this far from 0 and 1 at least: at the ends h is flat and v could never move. */
const MARGIN = 0.01;

/** Where learned rounding starts. */
export interface InitialRounding {
  /** The codes below: floor(w / step), within the codes' range where the weight is. */
  readonly floor: FloatTensor;
  /** v of h(v): the weights' fractions (within 0.01 .. 0.99), so that the soft weights are the float ones. */
  readonly logits: FloatTensor;
}

const stepAt = (step: FloatTensor, index: number, perOutput: number): number =>
  step.data[step.data.length === 1 ? 0 : Math.floor(index / perOutput)] ?? 1;

/**
 * Codes below and fractions of weights `[out, ...]` in units of their steps (`[]` or `[out]`). A weight outside
 * the codes' range sits at the range's end: its code can still move one step inwards.
 */
export function initialRounding(weight: FloatTensor, step: FloatTensor, format: CodeFormat): InitialRounding {
  const { min, max } = codeRange(format);
  const perOutput = weight.data.length / (weight.shape[0] ?? 1);
  const floor = new Float32Array(weight.data.length);
  const logits = new Float32Array(weight.data.length);
  weight.data.forEach((value, index) => {
    const code = Math.min(max, Math.max(min, value / stepAt(step, index, perOutput)));
    const below = Math.min(Math.floor(code), max - 1);
    floor[index] = below;
    logits[index] = inverseRectifiedSigmoid(Math.min(1 - MARGIN, Math.max(MARGIN, code - below)));
  });
  return { floor: { shape: weight.shape, data: floor }, logits: { shape: weight.shape, data: logits } };
}

/** Hard-rounded weights: exactly step * code in float32, the code up where h(v) >= 1/2 (v >= 0), else down. */
export function hardRounded(
  floor: FloatTensor,
  logits: FloatTensor,
  step: FloatTensor,
  format: CodeFormat,
): FloatTensor {
  const { min, max } = codeRange(format);
  const perOutput = floor.data.length / (floor.shape[0] ?? 1);
  const data = floor.data.map((below, index) => {
    const code = Math.min(max, Math.max(min, below + ((logits.data[index] ?? 0) >= 0 ? 1 : 0)));
    return code * stepAt(step, index, perOutput);
  });
  return { shape: floor.shape, data };
}

/** Share of weights whose rounding is not decided: h(v) neither 0 nor 1. */
export function undecidedShare(logits: FloatTensor): number {
  let undecided = 0;
  for (const v of logits.data) {
    const h = rectifiedSigmoid(v);
    if (h > 0 && h < 1) undecided++;
  }
  return undecided / logits.data.length;
}
