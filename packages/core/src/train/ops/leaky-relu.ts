import { inputAt, type Operator } from '../operator.ts';

/** Attributes of a leaky ReLU. */
export interface LeakyReluAttributes {
  /** Slope below 0. */
  readonly alpha: number;
}

/** x where x >= 0, else alpha x; the gradient at 0 is alpha dy, as PyTorch's. */
export const leakyRelu: Operator<LeakyReluAttributes> = {
  apply(emitter, inputs, { alpha }) {
    const x = inputAt('leaky-relu', inputs, 0);
    return {
      output: emitter.node('LeakyRelu', [x], x.shape, { alpha: { float: alpha } }),
      gradients(dy) {
        const isAbove = emitter.node('Greater', [x, emitter.scalar(0)], x.shape);
        return [emitter.node('Where', [isAbove, dy, emitter.scale(dy, alpha)], x.shape)];
      },
    };
  },
};
