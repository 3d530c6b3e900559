import { elements, type Emitter, type Value } from '../emitter.ts';
import { imageShape, inputAt, type Applied, type Operator } from '../operator.ts';

/** Attributes of batch normalisation. */
export interface BatchNormAttributes {
  readonly epsilon: number;
}

/** Sum over images and pixels of each channel of `[n, c, h, w]`: `[c]`. */
function channelSum(emitter: Emitter, value: Value): Value {
  const [n, c, h, w] = imageShape('batch-norm', value);
  return emitter.sum(emitter.sum(emitter.reshape(value, [n, c, h * w]), [2]), [0]);
}

/** Sum over images and pixels of `a * b` per channel: `[c]`. */
function channelDot(emitter: Emitter, a: Value, b: Value): Value {
  const [n, c, h, w] = imageShape('batch-norm', a);
  // Short rows: one product pass and a sum are faster than many tiny matrix products (measured at 14 x 14 and 7 x 7).
  if (h * w < 400) return channelSum(emitter, emitter.multiply(a, b));
  const products = emitter.multiplyTransposed(
    emitter.reshape(a, [n * c, 1, h * w]),
    emitter.reshape(b, [n * c, 1, h * w]),
  );
  return emitter.sum(emitter.reshape(products, [n, c]), [0]);
}

/** `scale[c] * x + offset[c]` in one pass: ONNX BatchNormalization with mean 0 and variance 1. */
function channelAffine(emitter: Emitter, value: Value, scale: Value, offset: Value): Value {
  const channels = elements(scale.shape);
  const zeros = emitter.constant([channels], new Float32Array(channels));
  const ones = emitter.constant([channels], new Float32Array(channels).fill(1));
  return emitter.node('BatchNormalization', [value, scale, offset, zeros, ones], value.shape, {
    epsilon: { float: 0 },
  });
}

/** An operator on images for vectors `[n, c]` too, as images of one pixel. */
function orVectors(ofImages: Operator<BatchNormAttributes>): Operator<BatchNormAttributes> {
  return {
    apply(emitter, inputs, attributes): Applied {
      const x = inputAt('batch-norm', inputs, 0);
      if (x.shape.length !== 2) return ofImages.apply(emitter, inputs, attributes);
      const image = [...x.shape, 1, 1];
      const pixels = emitter.reshape(x, image);
      const applied = ofImages.apply(emitter, [pixels, ...inputs.slice(1)], attributes);
      return {
        ...applied,
        output: emitter.reshape(applied.output, x.shape),
        gradients(dy, wanted) {
          const [dx, ...others] = applied.gradients(emitter.reshape(dy, image), wanted);
          return [dx === null ? null : emitter.reshape(dx, x.shape), ...others];
        },
      };
    },
  };
}

/**
 * Batch normalisation over images and pixels with the batch's own statistics (Ioffe & Szegedy 2015):
 * inputs x `[n, c, h, w]` or `[n, c]`, gamma `[c]`, beta `[c]`; y = gamma (x - mean) / sqrt(variance + epsilon) + beta.
 * Extras: `mean` and `variance` of the batch, `[c]`, the variance unbiased (n h w - 1), as running statistics want it.
 *
 * Backward, with m = n h w, xhat the normalised input and k = gamma / sqrt(variance + epsilon):
 * dbeta = sum dy, dgamma = sum dy xhat, dx = k (dy - dbeta / m - xhat dgamma / m).
 */
export const batchNormTraining: Operator<BatchNormAttributes> = orVectors({
  apply(emitter, inputs, { epsilon }) {
    const [x, gamma, beta] = [0, 1, 2].map((index) => inputAt('batch-norm', inputs, index)) as [
      Value,
      Value,
      Value,
    ];
    const [n, c, h, w] = imageShape('batch-norm', x);
    const count = n * h * w;
    const mean = emitter.scale(channelSum(emitter, x), 1 / count);
    const squares = emitter.sum(emitter.sumSquaresLast(emitter.reshape(x, [n, c, h * w])), [0]);
    const variance = emitter.maximum(
      emitter.subtract(emitter.scale(squares, 1 / count), emitter.multiply(mean, mean)),
      emitter.scalar(0),
    );
    const output = emitter.node('BatchNormalization', [x, gamma, beta, mean, variance], x.shape, {
      epsilon: { float: epsilon },
    });
    return {
      output,
      extras: { mean, variance: emitter.scale(variance, count / Math.max(count - 1, 1)) },
      gradients(dy, wanted) {
        const deviation = emitter.node('Sqrt', [emitter.add(variance, emitter.scalar(epsilon))], [c]);
        const dBeta = channelSum(emitter, dy);
        const dGamma = emitter.divide(
          emitter.subtract(channelDot(emitter, dy, x), emitter.multiply(mean, dBeta)),
          deviation,
        );
        if (!wanted[0]) return [null, dGamma, dBeta];
        const k = emitter.divide(gamma, deviation);
        // dx = k dy + scale x + offset, per channel.
        const scale = emitter.scale(emitter.divide(emitter.multiply(k, dGamma), deviation), -1 / count);
        const offset = emitter.subtract(
          emitter.scale(emitter.multiply(k, dBeta), -1 / count),
          emitter.multiply(scale, mean),
        );
        const dx = emitter.add(
          emitter.multiply(dy, emitter.reshape(k, [1, c, 1, 1])),
          channelAffine(emitter, x, scale, offset),
        );
        return [dx, dGamma, dBeta];
      },
    };
  },
});

/**
 * Batch normalisation with given statistics: inputs x `[n, c, h, w]` or `[n, c]`, gamma, beta,
 * mean, variance `[c]`.
 * The statistics are constants to the gradient.
 */
export const batchNormInference: Operator<BatchNormAttributes> = orVectors({
  apply(emitter, inputs, { epsilon }) {
    const [x, gamma, beta, mean, variance] = [0, 1, 2, 3, 4].map((index) =>
      inputAt('batch-norm', inputs, index),
    ) as [Value, Value, Value, Value, Value];
    const [, c] = imageShape('batch-norm', x);
    const output = emitter.node('BatchNormalization', [x, gamma, beta, mean, variance], x.shape, {
      epsilon: { float: epsilon },
    });
    return {
      output,
      gradients(dy, wanted) {
        const deviation = emitter.node('Sqrt', [emitter.add(variance, emitter.scalar(epsilon))], [c]);
        const dBeta = channelSum(emitter, dy);
        const dGamma = emitter.divide(
          emitter.subtract(channelDot(emitter, dy, x), emitter.multiply(mean, dBeta)),
          deviation,
        );
        const dx = wanted[0]
          ? emitter.multiply(dy, emitter.reshape(emitter.divide(gamma, deviation), [1, c, 1, 1]))
          : null;
        return [dx, dGamma, dBeta, null, null];
      },
    };
  },
});
