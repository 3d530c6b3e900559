import type { Value } from '../emitter.ts';
import { inputAt, type Operator } from '../operator.ts';

/** Attributes of the distillation loss. */
export interface DistillationAttributes {
  /** Graph value with the teacher's logits, `[n, classes]`; constants to the gradient. */
  readonly teacher: Value;
  /** T > 0: both softmaxes read logits / T. */
  readonly temperature: number;
}

/**
 * Knowledge distillation (Hinton et al. 2015, eq. 1 and section 2.1): T^2 times the mean over the
 * batch of the cross entropy of softmax(teacher / T) and softmax(logits / T); logits `[n, classes]`,
 * output a scalar. Its gradient is T (softmax(logits / T) - softmax(teacher / T)) / n.
 */
export const distillation: Operator<DistillationAttributes> = {
  apply(emitter, inputs, { teacher, temperature }) {
    const logits = inputAt('distillation', inputs, 0);
    const [n = 0] = logits.shape;
    const axis = { axis: { int: 1 } };
    const target = emitter.node('Softmax', [emitter.scale(teacher, 1 / temperature)], logits.shape, axis);
    const logProbabilities = emitter.node(
      'LogSoftmax',
      [emitter.scale(logits, 1 / temperature)],
      logits.shape,
      axis,
    );
    return {
      output: emitter.scale(
        emitter.sumAll(emitter.multiply(target, logProbabilities)),
        (-temperature * temperature) / n,
      ),
      gradients(dLoss) {
        const softmax = emitter.node('Exp', [logProbabilities], logits.shape);
        return [emitter.multiply(emitter.scale(emitter.subtract(softmax, target), temperature / n), dLoss)];
      },
    };
  },
};
