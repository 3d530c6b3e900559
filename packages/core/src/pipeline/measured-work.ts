import type { MeasuredWork } from '../energy/index.ts';
import type { LayerSimulation } from '../macro/run/index.ts';

/**
 * What a simulated layer did, as energy tables price it.
 *
 * @param hostComparisons thresholds that the layer's results are compared with beside the macro: charged to the layer, as
 *   the main job does, and never seen by the simulated macro
 */
export function measuredWork(
  { schedule, activity, loaded, cycles }: LayerSimulation,
  hostComparisons: number,
): MeasuredWork {
  const { macro } = schedule;
  const { spec } = macro;
  const { toggles } = activity;
  return {
    actions: {
      searchedBits: activity.searchedBits,
      matches: activity.matches,
      classMultiplications: activity.classMultiplications,
      rescales: activity.rescales,
      accumulations: activity.accumulations,
      thresholdComparisons: activity.thresholdComparisons + hostComparisons,
      loadedBits: loaded.weights * spec.weightBits + loaded.activations * spec.activationBits,
      cycles,
    },
    switching: {
      unusedBits: (activity.steps * spec.entries - activity.pairs) * macro.searches * macro.searchedBits,
      skippedBits: activity.skippedSearches * macro.searchedBits,
      matchLineToggles: toggles.matchLines,
      counterToggles: toggles.counters,
      productToggles: toggles.product,
      vectorSumToggles: toggles.vectorSum,
    },
  };
}
