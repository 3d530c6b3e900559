import { inputAt, type Operator } from '../operator.ts';

/** An operator without attributes. */
export type NoAttributes = Readonly<Record<string, never>>;

/** max(x, 0); the gradient at 0 is 0. */
export const relu: Operator<NoAttributes> = {
  apply(emitter, inputs) {
    const x = inputAt('relu', inputs, 0);
    const output = emitter.node('Relu', [x], x.shape);
    return {
      output,
      gradients: (dy) => [emitter.multiply(dy, emitter.greater(output, emitter.scalar(0)))],
    };
  },
};

/** Sum of two tensors of one shape. */
export const add: Operator<NoAttributes> = {
  apply(emitter, inputs) {
    const a = inputAt('add', inputs, 0);
    const b = inputAt('add', inputs, 1);
    if (a.shape.join() !== b.shape.join()) {
      throw new Error(`add: shapes [${a.shape.join(',')}] and [${b.shape.join(',')}] differ`);
    }
    return { output: emitter.add(a, b), gradients: (dy) => [dy, dy] };
  },
};

/** `[n, ...]` to `[n, features]`, row-major. */
export const flatten: Operator<NoAttributes> = {
  apply(emitter, inputs) {
    const x = inputAt('flatten', inputs, 0);
    const features = x.shape.slice(1).reduce((product, size) => product * size, 1);
    return {
      output: emitter.reshape(x, [x.shape[0] ?? 0, features]),
      gradients: (dy) => [emitter.reshape(dy, x.shape)],
    };
  },
};
