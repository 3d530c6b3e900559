import type { Emitter, Value } from '../train/emitter.ts';

/** Decay rates of Adam's moments and the constant below its square root (Kingma & Ba 2015). */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** A parameter and Adam's moments after one update. */
export interface AdamUpdated {
  readonly parameter: Value;
  readonly first: Value;
  readonly second: Value;
}

/**
 * One Adam update (Kingma & Ba, ICLR 2015, algorithm 1).
 *
 * @param corrections graph scalars 1 / (1 - beta1^t) and 1 / (1 - beta2^t), t counted from 1.
 */
export function adamUpdate(
  emitter: Emitter,
  parameter: Value,
  gradient: Value,
  moments: { readonly first: Value; readonly second: Value },
  learningRate: Value,
  corrections: { readonly first: Value; readonly second: Value },
): AdamUpdated {
  const { beta1, beta2, epsilon } = ADAM;
  const first = emitter.add(emitter.scale(moments.first, beta1), emitter.scale(gradient, 1 - beta1));
  const square = emitter.multiply(gradient, gradient);
  const second = emitter.add(emitter.scale(moments.second, beta2), emitter.scale(square, 1 - beta2));
  const spread = emitter.node('Sqrt', [emitter.multiply(second, corrections.second)], second.shape);
  const direction = emitter.divide(first, emitter.add(spread, emitter.scalar(epsilon)));
  const rate = emitter.multiply(learningRate, corrections.first);
  return { parameter: emitter.subtract(parameter, emitter.multiply(direction, rate)), first, second };
}

/** Values of {@link adamUpdate}'s corrections at step t, counted from 1. */
export function adamCorrections(t: number): { readonly first: number; readonly second: number } {
  return { first: 1 / (1 - ADAM.beta1 ** t), second: 1 / (1 - ADAM.beta2 ** t) };
}
