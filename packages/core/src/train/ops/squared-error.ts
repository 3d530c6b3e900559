import type { Value } from '../emitter.ts';
import { inputAt, type Operator } from '../operator.ts';

/** Attributes of the squared error. */
export interface SquaredErrorAttributes {
  /** Graph value of the input's shape; a constant to the gradient. */
  readonly target: Value;
  /** Graph value that broadcasts to the input's shape: what each element's error counts; a constant to the gradient. */
  readonly weight: Value;
}

/** sum of weight * (x - target)^2, a scalar; x of any shape. */
export const squaredError: Operator<SquaredErrorAttributes> = {
  apply(emitter, inputs, { target, weight }) {
    const x = inputAt('squared-error', inputs, 0);
    const difference = emitter.subtract(x, target);
    const weighted = emitter.multiply(difference, weight);
    return {
      output: emitter.sumAll(emitter.multiply(weighted, difference)),
      gradients: (dLoss) => [emitter.multiply(weighted, emitter.scale(dLoss, 2))],
    };
  },
};
