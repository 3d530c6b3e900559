import type { PairHistogram } from './pair-histogram.ts';
import type { CountingClass } from './scheme.ts';

/**
 * For each class the pairs that it counts, all classes in flat arrays: those of class k lie from
 * `first[k]` to `first[k + 1]`. A pair is numbered weight level * activation levels + activation level.
 */
export interface ClassTable {
  readonly values: readonly number[];
  readonly first: readonly number[];
  readonly pairs: Int32Array;
  /** What a match adds to the class's count, with the weight's sign. */
  readonly adds: Int32Array;
}

/** The table of a scheme's classes over the levels of a histogram. */
export function classTable(
  classes: readonly CountingClass[],
  { minWeightDigit, weightLevels, activationLevels }: PairHistogram,
): ClassTable {
  const first = [0];
  const pairs: number[] = [];
  const adds: number[] = [];
  for (const { contribution } of classes) {
    for (let level = 0; level < weightLevels; level++) {
      const weight = level + minWeightDigit;
      for (let v = 0; v < activationLevels; v++) {
        const added = Math.sign(weight) * contribution(Math.abs(weight), v);
        if (added === 0) continue;
        pairs.push(level * activationLevels + v);
        adds.push(added);
      }
    }
    first.push(pairs.length);
  }
  return {
    values: classes.map(({ value }) => value),
    first,
    pairs: Int32Array.from(pairs),
    adds: Int32Array.from(adds),
  };
}

/**
 * Counts and multiplies every class over one vector.
 *
 * @param tally how often each pair occurs in the vector
 * @param matched adds n_k+ matches at 2k and n_k- matches at 2k + 1
 * @returns the vector's dot product, sum_k value_k * n_k
 */
export function countClasses(
  { values, first, pairs, adds }: ClassTable,
  tally: Int32Array,
  matched: Float64Array,
): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    let count = 0;
    let positive = 0;
    let negative = 0;
    for (let p = first[k]; p < first[k + 1]; p++) {
      const matches = tally[pairs[p]];
      count += adds[p] * matches;
      if (adds[p] > 0) positive += matches;
      else negative += matches;
    }
    matched[2 * k] += positive;
    matched[2 * k + 1] += negative;
    sum += values[k] * count;
  }
  return sum;
}
