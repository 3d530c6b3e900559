import type { CountingClass } from './scheme.ts';

/** n_k+ and n_k- of one class over one vector of entries. */
export interface VectorCount {
  readonly positive: number;
  readonly negative: number;
}

/** Counts one class in one vector by looking at every entry: the definition, in three lines. */
export function countVector(
  one: CountingClass,
  weights: ArrayLike<number>,
  activations: ArrayLike<number>,
): VectorCount {
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < weights.length; i++) {
    const contribution = one.contribution(Math.abs(weights[i]), activations[i]);
    if (weights[i] > 0) positive += contribution;
    else negative += contribution;
  }
  return { positive, negative };
}

/** `sum_k value_k * (n_k+ - n_k-)`: the dot product of one vector of entries. */
export function dotByCounting(
  classes: readonly CountingClass[],
  weights: ArrayLike<number>,
  activations: ArrayLike<number>,
): number {
  let sum = 0;
  for (const one of classes) {
    const { positive, negative } = countVector(one, weights, activations);
    sum += one.value * (positive - negative);
  }
  return sum;
}
