import type { Chip } from './chip.ts';
import type { LayerTiming, VectorCost } from './timing.ts';

/** How often each priced action of the macro happens; per image (means where the data decide). */
export interface ActionCounts {
  /** Entry bits compared: searches * entries * bits per entry. All entries are driven, used or not. */
  readonly searchedBits: number;
  /** Entries that matched and were counted. Zero operands never match. */
  readonly matches: number;
  /** Class counts multiplied by their value. */
  readonly classMultiplications: number;
  readonly rescales: number;
  /** Additions of a class product to the partial sum. */
  readonly accumulations: number;
  /** Comparisons of results with thresholds. */
  readonly thresholdComparisons: number;
  /** Bits written into the macro's weight and activation storage. */
  readonly loadedBits: number;
  readonly cycles: number;
}

/** The names of all actions, as they appear in an energy table. */
export const ACTIONS = [
  'searchedBits',
  'matches',
  'classMultiplications',
  'rescales',
  'accumulations',
  'thresholdComparisons',
  'loadedBits',
  'cycles',
] as const satisfies readonly (keyof ActionCounts)[];

/** Counts that timing alone does not know. */
export interface DataDependentCounts {
  readonly matches: number;
  readonly thresholdComparisons: number;
  readonly loadedBits: number;
}

/** Action counts of one layer, per image. */
export function actionCounts(
  chip: Chip,
  cost: VectorCost,
  timing: LayerTiming,
  { matches, thresholdComparisons, loadedBits }: DataDependentCounts,
): ActionCounts {
  return {
    searchedBits: timing.vectors * cost.searches * chip.geometry.entries.value * cost.searchedBits,
    matches,
    classMultiplications: timing.vectors * cost.classMultiplications,
    rescales: timing.vectors * cost.rescaleSlots,
    accumulations: timing.vectors * cost.classMultiplications,
    thresholdComparisons,
    loadedBits,
    cycles: timing.cycles,
  };
}
