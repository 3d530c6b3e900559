import type { MacroSpec } from '../chip/index.ts';
import { findScheme } from '../counting/index.ts';

/** What one slot of a step searches. */
export interface SearchKey {
  /** Weight magnitude m, 1 to maxMagnitude. */
  readonly magnitude: number;
  /** Pair search: activation v, 1 to maxActivation. Bit planes: plane j, 0 to activationBits - 1. */
  readonly activation: number;
  /** Class that the key's matches count for. */
  readonly classIndex: number;
  readonly firstOfClass: boolean;
  readonly lastOfClass: boolean;
  /** Codes on the search lines of the two rails; null: the format has no such code and the rail is disabled. */
  readonly positiveCode: number | null;
  readonly negativeCode: number | null;
}

/** A run of successive keys whose matches are counted together and multiplied once. */
export interface KeyClass {
  /** Name of the counting scheme's class. */
  readonly name: string;
  readonly value: number;
  readonly firstKey: number;
  readonly keys: number;
}

export interface SearchPlan {
  readonly keys: readonly SearchKey[];
  readonly classes: readonly KeyClass[];
}

/** The code of a signed weight in the macro's weight format, null when it has none. */
export function weightCode(spec: MacroSpec, weight: number): number | null {
  const half = 2 ** (spec.weightBits - 1);
  switch (spec.weightSystem) {
    case 'sign-magnitude':
      if (Math.abs(weight) >= half) return null;
      return weight < 0 ? half - weight : weight;
    case 'twos-complement':
      if (weight < -half || weight >= half) return null;
      return weight < 0 ? 2 * half + weight : weight;
    default:
      return spec.weightSystem satisfies never;
  }
}

/**
 * The keys of a macro in the order of their slots, and the classes they form. The counting scheme says what a class
 * is; within a class keys go by ascending magnitude, which is the order of "Search keys" in the theory of operation.
 */
export function searchPlan(spec: MacroSpec): SearchPlan {
  const { maxMagnitude, maxActivation, activationBits } = spec;
  const planes = spec.search === 'bit-plane';
  const choices = planes
    ? Array.from({ length: activationBits }, (_, plane) => plane)
    : Array.from({ length: maxActivation }, (_, i) => i + 1);
  const keys: SearchKey[] = [];
  const classes = findScheme(spec.scheme)
    .classes({ maxMagnitude, maxActivation })
    .map(({ name, value, contribution }, classIndex): KeyClass => {
      const firstKey = keys.length;
      const found: (readonly [number, number])[] = [];
      for (let m = 1; m <= maxMagnitude; m++) {
        for (const choice of choices) {
          if (contribution(m, planes ? 2 ** choice : choice) !== 0) found.push([m, choice]);
        }
      }
      for (const [i, [magnitude, activation]] of found.entries()) {
        keys.push({
          magnitude,
          activation,
          classIndex,
          firstOfClass: i === 0,
          lastOfClass: i === found.length - 1,
          positiveCode: weightCode(spec, magnitude),
          negativeCode: weightCode(spec, -magnitude),
        });
      }
      return { name, value, firstKey, keys: found.length };
    });
  return { keys, classes };
}
