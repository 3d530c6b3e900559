import { bitsFor, operandRange, schemeCost, type CountingScheme } from '../counting/index.ts';
import type { ComputeMethod } from './method.ts';
import type { ComparedWork } from './work.ts';

/** Bits that a match adds to its class's sum: 1 when counting, those of an operand when grouping. */
function contributionBits(scheme: CountingScheme, work: ComparedWork): number {
  const { maxMagnitude, maxActivation } = operandRange(work.formats);
  let largest = 1;
  for (const { contribution } of scheme.classes({ maxMagnitude, maxActivation })) {
    for (let m = 1; m <= maxMagnitude; m++) {
      for (let v = 1; v <= maxActivation; v++) largest = Math.max(largest, contribution(m, v));
    }
  }
  return bitsFor(largest);
}

/**
 * A registered scheme that searches, as a run counts it: every entry searched for every key, matches counted, one
 * multiplication and addition per class. A grouping scheme adds operands instead of ones: each match walks through as many
 * full adders more as the operand has bits.
 *
 * @param shifts all class values are powers of two and the circuit has no multiplier: multiplications are not priced
 */
export function countingMethod(scheme: CountingScheme, shifts = false): ComputeMethod {
  return {
    name: scheme.name,
    title: scheme.title,
    family: scheme.family,
    source: shifts
      ? `${scheme.summary} Shifts are wires: not priced.`
      : `${scheme.summary} Priced as a run prices it.`,
    counts: (work) => {
      const cost = schemeCost(scheme, work.formats, work.entries, work.rescaleSlots);
      const matches = work.matches.get(scheme.name) ?? 0;
      return {
        actions: {
          searchedBits: work.vectors * cost.searches * work.entries * cost.searchedBits,
          matches: matches * contributionBits(scheme, work),
          classMultiplications: shifts ? 0 : work.vectors * cost.classMultiplications,
          rescales: work.vectors * cost.rescaleSlots,
          accumulations: work.vectors * cost.classMultiplications,
          thresholdComparisons: work.thresholdComparisons,
          loadedBits: work.loadedBits,
          cycles: work.vectors * (cost.searches + cost.rescaleSlots) + work.overheadCycles,
        },
        lookupBits: 0,
      };
    },
    pieces: (work, storage, comparators) => ({
      ...storage,
      popcountInputs: 2 * work.entries * contributionBits(scheme, work),
      multipliers: shifts ? 0 : 1,
      adders: 1,
      comparators,
      rest: 0,
    }),
  };
}
