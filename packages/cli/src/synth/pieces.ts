import type { ActionCounts, AreaCounts } from '@tally/core';

/** Piece of an area table that a module is; `tally_accumulator` is apart: its partial sums are storage. */
export function areaPiece(module: string): keyof AreaCounts {
  if (isArray(module)) return 'searchableBits';
  if (/^tally_popcount_/.test(module)) return 'popcountInputs';
  if (module === 'tally_class_multiplier') return 'multipliers';
  if (module === 'tally_accumulator') return 'adders';
  return module === 'tally_threshold_unit' ? 'comparators' : 'rest';
}

/** Action whose work a module's gates do; those that serve all are the cycle's. */
export function gatesAction(module: string): keyof ActionCounts {
  if (isArray(module) || module === 'tally_search_driver') return 'searchedBits';
  if (/^tally_popcount_/.test(module) || module === 'tally_dual_counter') return 'matches';
  if (module === 'tally_class_multiplier') return 'classMultiplications';
  if (module === 'tally_accumulator') return 'accumulations';
  return module === 'tally_threshold_unit' ? 'thresholdComparisons' : 'cycles';
}

/** Action that switches the data of a module's flip-flops. */
export function flipFlopsAction(module: string): keyof ActionCounts {
  return isArray(module) ? 'loadedBits' : gatesAction(module);
}

/** Rows and arrays of cells. */
function isArray(module: string): boolean {
  return /_(cam|mux)_(row|array)$/.test(module);
}
