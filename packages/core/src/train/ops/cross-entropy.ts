import type { Value } from '../emitter.ts';
import { inputAt, type Operator } from '../operator.ts';

/** Attributes of the loss. */
export interface CrossEntropyAttributes {
  /** Graph value with the class of each image, int64 `[n]`, 0 to classes - 1. */
  readonly labels: Value;
}

/**
 * Mean over the batch of -log softmax(logits)[label]; logits `[n, classes]`, output a scalar.
 * Its gradient is (softmax - one-hot) / n.
 */
export const crossEntropy: Operator<CrossEntropyAttributes> = {
  apply(emitter, inputs, { labels }) {
    const logits = inputAt('cross-entropy', inputs, 0);
    const [n = 0, classes = 0] = logits.shape;
    const logProbabilities = emitter.node('LogSoftmax', [logits], logits.shape, { axis: { int: 1 } });
    const isLabel = emitter.node(
      'Equal',
      [
        emitter.node('Reshape', [labels, emitter.integers([n, 1])], [n, 1]),
        emitter.node(
          'Reshape',
          [emitter.integers(Array.from({ length: classes }, (_, i) => i)), emitter.integers([1, classes])],
          [1, classes],
        ),
      ],
      [n, classes],
    );
    const oneHot = emitter.node('Cast', [isLabel], [n, classes], { to: { type: 'float32' } });
    const output = emitter.scale(emitter.sumAll(emitter.multiply(oneHot, logProbabilities)), -1 / n);
    return {
      output,
      gradients(dLoss) {
        const softmax = emitter.node('Exp', [logProbabilities], logits.shape);
        const difference = emitter.scale(emitter.subtract(softmax, oneHot), 1 / n);
        return [emitter.multiply(difference, dLoss)];
      },
    };
  },
};
