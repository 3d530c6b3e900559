import type { Value } from '../emitter.ts';
import { inputAt, type Operator } from '../operator.ts';

/** Attributes of a random choice between two values. */
export interface DropAttributes {
  /** Graph value of the inputs' shape, bool: where the first input is taken. */
  readonly keep: Value;
}

/**
 * Element by element one of two tensors of one shape: the first where `keep` is true, else the second.
 * With a value and its quantized form that is randomly dropped quantization (QDrop, Wei et al., ICLR 2022, eq. 6).
 */
export const drop: Operator<DropAttributes> = {
  apply(emitter, inputs, { keep }) {
    const a = inputAt('drop', inputs, 0);
    const b = inputAt('drop', inputs, 1);
    if (a.shape.join() !== b.shape.join() || a.shape.join() !== keep.shape.join()) {
      throw new Error(
        `drop: shapes [${a.shape.join(',')}], [${b.shape.join(',')}] and mask [${keep.shape.join(',')}] differ`,
      );
    }
    return {
      output: emitter.node('Where', [keep, a, b], a.shape),
      gradients(dy) {
        const toFirst = emitter.node('Where', [keep, dy, emitter.scalar(0)], a.shape);
        return [toFirst, emitter.subtract(dy, toFirst)];
      },
    };
  },
};
