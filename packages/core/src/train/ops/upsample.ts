import { imageShape, inputAt, type Operator } from '../operator.ts';

/** Attributes of a nearest-neighbour upsampling. */
export interface UpsampleAttributes {
  readonly factors: readonly [rows: number, columns: number];
}

/** Each pixel of `[n, c, h, w]` as often as the factors say; its gradient is the sum over its copies. */
export const upsample: Operator<UpsampleAttributes> = {
  apply(emitter, inputs, { factors: [down, across] }) {
    const x = inputAt('upsample', inputs, 0);
    const [n, c, h, w] = imageShape('upsample', x);
    const copies = [n, c, h, down, w, across];
    const apart = emitter.reshape(x, [n, c, h, 1, w, 1]);
    const repeated = emitter.node('Expand', [apart, emitter.integers(copies)], copies);
    return {
      output: emitter.reshape(repeated, [n, c, h * down, w * across]),
      gradients: (dy) => [emitter.sum(emitter.reshape(dy, copies), [3, 5])],
    };
  },
};
