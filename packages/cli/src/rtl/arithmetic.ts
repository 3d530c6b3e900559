import type { MacroSpec } from '@tally/core';

/** Whole numbers from 0 to `below` - 1, the same for the same seed (xorshift32, Marsaglia 2003). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One step as a driver asks for it: slots have their rows already, or get them with this step. */
export interface PlainStep {
  readonly weightSlot: number;
  readonly activationSlot: number;
  readonly thresholdSlot: number;
  readonly accumulator: number;
  readonly shift: number;
  readonly start: 'clear' | 'restore' | 'go-on';
  /** Used with `restore`. */
  readonly partialSum: number;
}

export interface PlainThresholds {
  readonly values: readonly number[];
  readonly falling: boolean;
}

/** What the macro computes, without any circuit: rows in slots, dot products, accumulators, comparisons. */
export interface PlainMacro {
  readonly weights: Map<number, readonly number[]>;
  readonly activations: Map<number, readonly number[]>;
  readonly thresholds: Map<number, PlainThresholds>;
  readonly accumulators: Map<number, number>;
}

export const plainMacro = (): PlainMacro => ({
  weights: new Map(),
  activations: new Map(),
  thresholds: new Map(),
  accumulators: new Map(),
});

/** The accumulator after a step. */
export function plainSum(macro: PlainMacro, step: PlainStep): number {
  const weights = macro.weights.get(step.weightSlot)!;
  const activations = macro.activations.get(step.activationSlot)!;
  const product = weights.reduce((sum, weight, entry) => sum + weight * activations[entry], 0);
  const base = {
    clear: 0,
    restore: step.partialSum,
    'go-on': macro.accumulators.get(step.accumulator) ?? 0,
  }[step.start];
  return base + product * 2 ** step.shift;
}

/** How many thresholds a sum reaches. */
export function plainCode(sum: number, { values, falling }: PlainThresholds): number {
  return values.filter((threshold) => (falling ? sum <= threshold : sum >= threshold)).length;
}

/** Largest magnitude of a signed number of `bits` bits that has a negative of the same magnitude. */
export const largest = (bits: number): number => 2 ** (bits - 1) - 1;

/**
 * A random row of weights whose dot product with any row of activations fits a partial sum; about a third are zero, the others
 * reach every magnitude.
 */
export function randomWeights(spec: MacroSpec, random: (below: number) => number): readonly number[] {
  const least = -spec.maxMagnitude;
  const most = spec.weightSystem === 'twos-complement' ? spec.maxMagnitude - 1 : spec.maxMagnitude;
  let left = Math.floor(largest(spec.partialSumBits) / spec.maxActivation);
  return Array.from({ length: spec.entries }, () => {
    const weight = random(3) === 0 ? 0 : least + random(most - least + 1);
    if (Math.abs(weight) > left) return 0;
    left -= Math.abs(weight);
    return weight;
  });
}

export function randomActivations(spec: MacroSpec, random: (below: number) => number): readonly number[] {
  return Array.from({ length: spec.entries }, () => (random(3) === 0 ? 0 : random(spec.maxActivation + 1)));
}

/** Thresholds around a sum, ascending, within their width. */
export function randomThresholds(
  spec: MacroSpec,
  around: number,
  random: (below: number) => number,
): PlainThresholds {
  const most = largest(spec.thresholdBits);
  const values = Array.from({ length: spec.thresholds }, () =>
    Math.max(-most - 1, Math.min(most, around + random(33) - 16)),
  );
  return { values: values.sort((a, b) => a - b), falling: random(2) === 1 };
}
