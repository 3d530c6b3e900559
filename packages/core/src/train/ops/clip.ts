import { inputAt, type Operator } from '../operator.ts';

/** Attributes of a clip; null is no bound. */
export interface ClipAttributes {
  readonly min: number | null;
  readonly max: number | null;
}

/** min(max(x, min), max); the gradient is 0 outside the open interval. */
export const clip: Operator<ClipAttributes> = {
  apply(emitter, inputs, { min, max }) {
    const x = inputAt('clip', inputs, 0);
    const bounds = [min ?? -Infinity, max ?? Infinity].map((bound) => emitter.scalar(bound));
    const output = emitter.node('Clip', [x, ...bounds], x.shape);
    return {
      output,
      gradients(dy) {
        const masks = [
          ...(min === null ? [] : [emitter.greater(x, emitter.scalar(min))]),
          ...(max === null ? [] : [emitter.less(x, emitter.scalar(max))]),
        ];
        return [masks.reduce((gradient, mask) => emitter.multiply(gradient, mask), dy)];
      },
    };
  },
};
