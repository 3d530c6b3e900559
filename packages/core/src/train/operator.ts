import type { Emitter, Value } from './emitter.ts';

/** What applying an operator to values leaves behind. */
export interface Applied {
  readonly output: Value;
  /**
   * Values that the operator computed on the way and that somebody besides its gradient needs
   * (batch statistics); no gradient flows through them.
   */
  readonly extras?: Readonly<Record<string, Value>>;
  /**
   * The backward rule: from dLoss/dOutput to dLoss/dInput, in the order of the inputs.
   * `wanted[i]` is false when nobody asks for the i-th gradient; the rule may then return null there.
   * A rule never returns null for a wanted, differentiable input.
   */
  gradients(outputGradient: Value, wanted: readonly boolean[]): readonly (Value | null)[];
}

/**
 * A differentiable operator: emits its forward computation and, when asked, its hand-derived
 * gradient as ONNX nodes. Adding an operator is a file with one of these and a line in the registry.
 */
export interface Operator<Attributes> {
  apply(emitter: Emitter, inputs: readonly Value[], attributes: Attributes): Applied;
}

/** The i-th input, or a programming error that names the operator. */
export function inputAt(operator: string, inputs: readonly Value[], index: number): Value {
  const value = inputs.at(index);
  if (value === undefined) throw new Error(`${operator}: input ${index} is missing`);
  return value;
}

/** Batch, channels, height, width of an image tensor. */
export function imageShape(operator: string, value: Value): readonly [number, number, number, number] {
  const [n, c, h, w] = value.shape;
  if (value.shape.length !== 4) {
    throw new Error(
      `${operator}: needs a tensor [batch, channels, height, width], got [${value.shape.join(',')}]`,
    );
  }
  return [n, c, h, w];
}
