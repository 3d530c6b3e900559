import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/index.ts';
import { simulateNetwork } from '../macro/run/index.ts';
import { inputsOf, type Network } from '../network/index.ts';
import { measureEnergy, runOnChip } from '../pipeline.ts';
import { CHIP_PRESETS, chipPreset, techPreset } from '../presets/index.ts';
import { arbitraryNetwork, randomImages } from '../testing/index.ts';

/** Comparisons of the threshold nodes that the host computes behind some layer (on the network's input alone: none). */
function hostComparisons(
  network: Network,
  values: ReadonlyMap<string, { readonly data: ArrayLike<number> }>,
  fused: ReadonlySet<string>,
): number {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  let sum = 0;
  for (const node of network.nodes) {
    if (node.kind !== 'threshold' || fused.has(node.id)) continue;
    let above = nodes.get(node.input);
    while (above !== undefined && above.kind !== 'conv' && above.kind !== 'fully-connected') {
      above = nodes.get(inputsOf(above)[0]);
    }
    if (above !== undefined) sum += values.get(node.id)!.data.length * (2 ** node.bits - 1);
  }
  return sum;
}

describe.each(CHIP_PRESETS)('actions of a run on %s', (name) => {
  const chip = chipPreset(name);

  it('are the sums of what the simulated macro did, for the same image', () => {
    fc.assert(
      fc.property(arbitraryNetwork({ maxSize: 6, maxChannels: 6 }), fc.integer(), (network, seed) => {
        const images = randomImages(network, 1, seed);
        const tech = techPreset(seed % 2 === 0 ? 'unit' : 'zhu2020-65nm');
        const report = runOnChip({
          network,
          chip,
          tech,
          operatingPoint: { voltageV: 1.01, clockMHz: 40 },
          executor: createReferenceExecutor(network),
          images,
          count: 1,
          labels: null,
        });
        const simulation = simulateNetwork(network, chip, images);
        const fused = new Set<string>();
        let compared = 0;
        for (const [i, { schedule, activity, loaded, cycles }] of simulation.layers.entries()) {
          const { actions, classMatches, pairCounts } = report.layers[i];
          const { spec } = schedule.macro;
          expect(actions, schedule.layer.id).toMatchObject({
            matches: activity.matches,
            searchedBits: activity.searchedBits,
            classMultiplications: activity.classMultiplications,
            accumulations: activity.accumulations,
            rescales: activity.rescales,
            loadedBits: loaded.weights * spec.weightBits + loaded.activations * spec.activationBits,
            cycles,
          });
          // Class by class and rail by rail, and pairs that no key can match.
          expect(activity.classes).toEqual(classMatches);
          expect(activity).toMatchObject({
            pairs: pairCounts.pairs,
            zeroWeightPairs: pairCounts.zeroWeightPairs,
            zeroActivationPairs: pairCounts.zeroActivationPairs,
            zeroBothPairs: pairCounts.zeroBothPairs,
            nonzeroPairs: pairCounts.nonzeroPairs,
          });
          if (schedule.thresholds !== null) fused.add(schedule.thresholds.id);
          compared += activity.thresholdComparisons;
        }
        expect(report.total.actions.thresholdComparisons).toBe(
          compared + hostComparisons(network, simulation.values, fused),
        );
        expect(report.total.cycles).toBe(simulation.cycles);
        // The same counts at the same table, bit by bit: nothing of the energy is worked out in a second way.
        const measured = measureEnergy(network, simulation.layers, { chip, tech, voltageV: 1.01 });
        expect(measured.layers.map(({ energy }) => energy)).toEqual(
          report.layers.map(({ energy }) => energy),
        );
        expect(measured.layers.map(({ actions }) => actions)).toEqual(
          report.layers.map(({ actions }) => actions),
        );
        expect(measured.total.energy).toEqual(report.total.energy);
        expect(measured.total.actions).toEqual(report.total.actions);
        expect(measured.total.hostComparisons).toBe(hostComparisons(network, simulation.values, fused));
      }),
      { numRuns: 30 },
    );
  });
});
