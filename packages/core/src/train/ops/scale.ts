import { inputAt, type Operator } from '../operator.ts';

/** Attributes of a multiplication by a constant. */
export interface ScaleAttributes {
  readonly factor: number;
}

/** `factor * x`, any shape. */
export const scale: Operator<ScaleAttributes> = {
  apply(emitter, inputs, { factor }) {
    const x = inputAt('scale', inputs, 0);
    return { output: emitter.scale(x, factor), gradients: (dy) => [emitter.scale(dy, factor)] };
  },
};
