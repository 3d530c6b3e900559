import { codeRange, type CodeFormat } from '../../network/codes.ts';
import { elements, type Emitter, type Value } from '../emitter.ts';
import { inputAt, type Operator } from '../operator.ts';

/** Attributes of a learned step size quantizer. */
export interface QuantizeAttributes {
  readonly format: CodeFormat;
  /** The N of the gradient scale g = 1 / sqrt(N Qp): number of weights, or of activation features per image. */
  readonly features: number;
  /**
   * The input is known to be >= 0 and an input of exactly 0 to stop the gradient before it (it comes
   * out of a ReLU, pooled or not): the lower bound of an unsigned quantizer needs no mask of its own.
   */
  readonly nonNegativeInput?: boolean;
}

/** 1 inside the open interval between the extreme codes, 0 outside; `codes` are v / s clipped. */
function insideMask(emitter: Emitter, codes: Value, attributes: QuantizeAttributes): Value {
  const { min, max } = codeRange(attributes.format);
  const below = emitter.less(codes, emitter.scalar(max));
  if (min === 0 && attributes.nonNegativeInput === true) return below;
  return emitter.multiply(below, emitter.greater(codes, emitter.scalar(min)));
}

/**
 * Learned step size quantization (Esser et al., ICLR 2020, eq. 1 to 5): inputs v of any shape and the
 * scalar step s > 0; output s * round(clip(v / s, min code, max code)), ties to even.
 *
 * d/dv is 1 inside the clipping range and 0 outside (straight-through). d/ds is round(v / s) - v / s
 * inside and the extreme code outside; with c = clip(v / s) and q = round(c) that is q - c * inside,
 * so the step's gradient is g * (sum dy q - sum (dy inside) c), g = 1 / sqrt(N Qp).
 */
export const quantize: Operator<QuantizeAttributes> = {
  apply(emitter, inputs, attributes) {
    const v = inputAt('quantize', inputs, 0);
    const step = inputAt('quantize', inputs, 1);
    if (elements(step.shape) !== 1)
      throw new Error(`quantize: the step is a scalar, got [${step.shape.join(',')}]`);
    const { min, max } = codeRange(attributes.format);
    const clipped = emitter.clip(emitter.divide(v, step), min, max);
    const codes = emitter.round(clipped);
    const output = emitter.multiply(codes, step);
    return {
      output,
      gradients(dy) {
        const dv = emitter.multiply(dy, insideMask(emitter, clipped, attributes));
        const scale = 1 / Math.sqrt(attributes.features * max);
        const dStep = emitter.scale(
          emitter.subtract(emitter.dot(dy, codes), emitter.dot(dv, clipped)),
          scale,
        );
        return [dv, emitter.reshape(dStep, step.shape)];
      },
    };
  },
};
