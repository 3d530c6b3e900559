import type { Emitter, Value } from '../emitter.ts';
import { inputAt, type Operator } from '../operator.ts';

/** Stretch of the rectified sigmoid (Louizos et al. 2018; Nagel et al. 2020, eq. 23). */
const ZETA = 1.1;
const GAMMA = -0.1;
/** Smallest distance from 1/2 that a logarithm is taken of. */
const TINY = 1e-8;

/** What is added to the code below: `fraction` h(v), 0 to 1, and its derivative `slope`. */
interface Fraction {
  readonly fraction: Value;
  readonly slope: () => Value;
}

/** h(v) = clip(sigmoid(v) (zeta - gamma) + gamma, 0, 1). */
function rectifiedSigmoid(emitter: Emitter, v: Value): Fraction {
  const sigmoid = emitter.node('Sigmoid', [v], v.shape);
  const stretched = emitter.add(emitter.scale(sigmoid, ZETA - GAMMA), emitter.scalar(GAMMA));
  return {
    fraction: emitter.clip(stretched, 0, 1),
    slope: () => {
      const inside = emitter.multiply(
        emitter.greater(stretched, emitter.scalar(0)),
        emitter.less(stretched, emitter.scalar(1)),
      );
      const rise = emitter.multiply(sigmoid, emitter.subtract(emitter.scalar(1), sigmoid));
      return emitter.multiply(emitter.scale(rise, ZETA - GAMMA), inside);
    },
  };
}

/** Attributes of learned rounding. */
export interface SoftRoundAttributes {
  /** Graph value of the input's shape: the codes below, smallest code .. largest code - 1; a constant to the gradient. */
  readonly floor: Value;
  /** Graph value `[out, 1, ...]` or a scalar, above 0; a constant to the gradient. */
  readonly step: Value;
}

/**
 * Weights between two codes (AdaRound, Nagel et al., ICML 2020, eq. 22 and 23): input v of any shape,
 * output step * (floor + h(v)), h the rectified sigmoid. The code below is never the largest one, so the
 * sum needs no clip. The gradient is the function's own derivative: 0 where h is flat.
 */
export const softRound: Operator<SoftRoundAttributes> = {
  apply(emitter, inputs, { floor, step }) {
    const v = inputAt('soft-round', inputs, 0);
    const { fraction, slope } = rectifiedSigmoid(emitter, v);
    return {
      output: emitter.multiply(emitter.add(floor, fraction), step),
      gradients: (dy) => [emitter.multiply(emitter.multiply(dy, step), slope())],
    };
  },
};

/** Attributes of the rounding regulariser. */
export interface RoundRegularizerAttributes {
  /** Graph scalar: the exponent, above 1; it falls during training, which pulls ever nearer values to 0 and 1. */
  readonly beta: Value;
  /** Graph scalar: a factor of the sum; 0 while the regulariser warms up. */
  readonly weight: Value;
}

/**
 * How undecided learned rounding still is (AdaRound, eq. 24): weight times the sum of 1 - |2 h(v) - 1|^beta,
 * a scalar, 0 when every h is 0 or 1.
 */
export const roundRegularizer: Operator<RoundRegularizerAttributes> = {
  apply(emitter, inputs, { beta, weight }) {
    const v = inputAt('round-regularizer', inputs, 0);
    const { fraction, slope } = rectifiedSigmoid(emitter, v);
    const centred = emitter.add(emitter.scale(fraction, 2), emitter.scalar(-1));
    const distance = emitter.maximum(emitter.node('Abs', [centred], v.shape), emitter.scalar(TINY));
    // distance^(beta - 1): the derivative needs it, and once more multiplied it is distance^beta.
    const exponent = emitter.subtract(beta, emitter.scalar(1));
    const power = emitter.node(
      'Exp',
      [emitter.multiply(emitter.node('Log', [distance], v.shape), exponent)],
      v.shape,
    );
    const undecided = emitter.subtract(emitter.scalar(1), emitter.multiply(power, distance));
    return {
      output: emitter.multiply(emitter.sumAll(undecided), weight),
      gradients(dLoss) {
        const sign = emitter.node('Sign', [centred], v.shape);
        const factor = emitter.multiply(emitter.multiply(emitter.scale(beta, -2), weight), dLoss);
        return [emitter.multiply(emitter.multiply(emitter.multiply(power, sign), slope()), factor)];
      },
    };
  },
};
