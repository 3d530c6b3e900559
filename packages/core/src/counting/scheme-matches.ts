import type { PairHistogram } from './pair-histogram.ts';
import type { CountingClass, CountingScheme, OperandFormats } from './scheme.ts';
import { operandRange } from './scheme.ts';

/** Exact matches of one class over all passes, dot products and images. */
export interface ClassCount {
  readonly name: string;
  readonly value: number;
  /** Entries with a positive (negative) weight that matched: what n_k+ (n_k-) saw. */
  readonly positive: number;
  readonly negative: number;
}

/** Exact pair totals over all passes, dot products and images. */
export interface PairTotals {
  readonly pairs: number;
  /** Also part of `zeroActivationPairs`. */
  readonly paddingPairs: number;
  readonly zeroWeightPairs: number;
  readonly zeroActivationPairs: number;
  /** Part of both of the above. */
  readonly zeroBothPairs: number;
  readonly nonzeroPairs: number;
}

/** Calls back for every (weight digit, activation digit, how often), passes one after the other. */
export function forEachPair(
  histogram: PairHistogram,
  visit: (weightDigit: number, activationDigit: number, count: number) => void,
): void {
  const { counts, weightLevels, activationLevels, minWeightDigit } = histogram;
  for (let index = 0; index < counts.length; index++) {
    const weight = (Math.floor(index / activationLevels) % weightLevels) + minWeightDigit;
    visit(weight, index % activationLevels, counts[index]);
  }
}

function countClass(
  { name, value, contribution }: CountingClass,
  pairs: readonly (readonly [number, number, number])[],
): ClassCount {
  let positive = 0;
  let negative = 0;
  for (const [weight, activation, count] of pairs) {
    if (weight === 0 || contribution(Math.abs(weight), activation) === 0) continue;
    if (weight > 0) positive += count;
    else negative += count;
  }
  return { name, value, positive, negative };
}

/** Exact matches of every class of a scheme. `formats`: those of the macro, which fix the classes. */
export function classCounts(
  scheme: CountingScheme,
  formats: OperandFormats,
  histogram: PairHistogram,
): readonly ClassCount[] {
  const pairs: (readonly [number, number, number])[] = [];
  forEachPair(histogram, (weight, activation, count) => {
    if (count > 0) pairs.push([weight, activation, count]);
  });
  return scheme.classes(operandRange(formats)).map((one) => countClass(one, pairs));
}

/** Matches of all classes and signs. */
export function totalMatches(counts: readonly ClassCount[]): number {
  return counts.reduce((sum, { positive, negative }) => sum + positive + negative, 0);
}

/** How many pairs there were, and how many of them could not match because an operand is zero. */
export function pairTotals(histogram: PairHistogram): PairTotals {
  const totals = { pairs: 0, zeroWeightPairs: 0, zeroActivationPairs: 0, zeroBothPairs: 0, nonzeroPairs: 0 };
  forEachPair(histogram, (weight, activation, count) => {
    totals.pairs += count;
    if (weight === 0) totals.zeroWeightPairs += count;
    if (activation === 0) totals.zeroActivationPairs += count;
    if (weight === 0 && activation === 0) totals.zeroBothPairs += count;
    if (weight !== 0 && activation !== 0) totals.nonzeroPairs += count;
  });
  return { ...totals, paddingPairs: histogram.paddingPairs };
}
