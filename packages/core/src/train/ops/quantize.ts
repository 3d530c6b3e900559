import type { CodeRange } from '../../network/codes.ts';
import { elements, type Emitter, type Value } from '../emitter.ts';
import { inputAt, type Operator } from '../operator.ts';

/** Attributes of a learned step size quantizer. */
export interface QuantizeAttributes {
  /** Smallest and largest code, one unit apart each; with a zero point z, -z .. levels - 1 - z (halves for bipolar codes). */
  readonly codes: CodeRange;
  /** The N of the gradient scale g = 1 / sqrt(N Qp): number of weights per step, or of activation features per image. */
  readonly features: number;
  /**
   * The input is known to be >= 0 and an input of exactly 0 to stop the gradient before it (it comes
   * out of a ReLU, pooled or not): the lower bound of an unsigned quantizer needs no mask of its own.
   */
  readonly nonNegativeInput?: boolean;
}

/** 1 inside the open interval between the extreme codes, 0 outside; `codes` are v / s clipped. */
function insideMask(emitter: Emitter, codes: Value, attributes: QuantizeAttributes): Value {
  const { min, max } = attributes.codes;
  const below = emitter.less(codes, emitter.scalar(max));
  if (min === 0 && attributes.nonNegativeInput === true) return below;
  return emitter.multiply(below, emitter.greater(codes, emitter.scalar(min)));
}

/** Rounds to codes, ties to even; codes between the integers (bipolar -1/2, 1/2) count from the smallest. */
function rounded(emitter: Emitter, clipped: Value, { min }: CodeRange): Value {
  if (Number.isInteger(min)) return emitter.round(clipped);
  return emitter.add(emitter.round(emitter.subtract(clipped, emitter.scalar(min))), emitter.scalar(min));
}

/**
 * Learned step size quantization (Esser et al., ICLR 2020, eq. 1 to 5): inputs v of any shape and the
 * step s > 0, a scalar or one per element of the first axis (output channels of weights); output
 * s * round(clip(v / s, min code, max code)), ties to even.
 *
 * d/dv is 1 inside the clipping range and 0 outside (straight-through). d/ds is round(v / s) - v / s
 * inside and the extreme code outside; with c = clip(v / s) and q = round(c) that is q - c * inside,
 * so the step's gradient is g * (sum dy q - sum (dy inside) c), g = 1 / sqrt(N Qp), summed over what
 * shares the step.
 */
export const quantize: Operator<QuantizeAttributes> = {
  apply(emitter, inputs, attributes) {
    const v = inputAt('quantize', inputs, 0);
    const step = inputAt('quantize', inputs, 1);
    const single = elements(step.shape) === 1;
    if (!single && step.shape.join() !== String(v.shape[0])) {
      throw new Error(
        `quantize: steps [${step.shape.join(',')}] of a tensor [${v.shape.join(',')}]: must be one, or one per element of the first axis`,
      );
    }
    const { min, max } = attributes.codes;
    const spread = single
      ? step
      : emitter.reshape(
          step,
          v.shape.map((size, axis) => (axis === 0 ? size : 1)),
        );
    const clipped = emitter.clip(emitter.divide(v, spread), min, max);
    const codes = rounded(emitter, clipped, attributes.codes);
    const output = emitter.multiply(codes, spread);
    const dot = (a: Value, b: Value): Value =>
      single
        ? emitter.dot(a, b)
        : emitter.sum(
            emitter.multiply(a, b),
            v.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis])),
          );
    return {
      output,
      gradients(dy) {
        const dv = emitter.multiply(dy, insideMask(emitter, clipped, attributes));
        const scale = 1 / Math.sqrt(attributes.features * max);
        const dStep = emitter.scale(emitter.subtract(dot(dy, codes), dot(dv, clipped)), scale);
        return [dv, emitter.reshape(dStep, step.shape)];
      },
    };
  },
};
