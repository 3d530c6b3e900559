import {
  chipPreset,
  createReferenceExecutor,
  operatingPoint,
  runOnChip,
  simulateNetwork,
  techPreset,
  type MacroEngine,
  type NetworkSimulation,
  type RunReport,
} from '@tally/core';
import { expect } from 'vitest';
import { sameBytes } from './compare.ts';
import { chipOf, shippedNetwork } from './shipped.ts';

/** A shipped network, one image of it as the simulated macro runs it, and what everybody else says of that image. */
export interface ShippedSimulation {
  readonly simulation: NetworkSimulation;
  /** Values of every node by the integer executor. */
  readonly executed: ReadonlyMap<string, Uint8Array | Int32Array>;
  readonly report: RunReport;
}

/** Runs one image of a shipped network on its chip every way. */
export function simulateShipped(
  name: string,
  image: Uint8Array,
  dataflow: string,
  engine: MacroEngine,
): ShippedSimulation {
  const { network } = shippedNetwork(name);
  const preset = chipPreset(chipOf(name));
  // The report prices the loads of the chip's own dataflow.
  const chip = { ...preset, dataflow: { ...preset.dataflow, name: dataflow } };
  const executed = new Map<string, Uint8Array | Int32Array>();
  const reference = createReferenceExecutor(network);
  const report = runOnChip({
    network,
    chip,
    tech: techPreset('unit'),
    operatingPoint: operatingPoint(chip, 'peak-efficiency'),
    executor: {
      run: (images, count, options) =>
        reference.run(images, count, {
          ...options,
          observe: (id, data) => executed.set(id, data.slice()),
        }),
    },
    images: image,
    count: 1,
    labels: null,
  });
  return { executed, report, simulation: simulateNetwork(network, chip, image, { engine }) };
}

/** Every value, count, load and cycle of the simulation is what executor, report and models say. */
export function expectSimulated({ simulation, executed, report }: ShippedSimulation): void {
  // The stem, three blocks of two, two shortcuts, the classifier: 1 + 6 + 2 + 1 = 10.
  expect(simulation.layers).toHaveLength(10);
  const hidden = new Set<string>();
  for (const [i, { schedule, activity, loaded, cycles }] of simulation.layers.entries()) {
    const { layer, thresholds } = schedule;
    if (thresholds !== null) hidden.add(layer.id);
    const { actions, classMatches, pairCounts, dataflows } = report.layers[i];
    const { weights, activations, partialSums } = dataflows.find(
      ({ dataflow }) => dataflow === schedule.dataflow,
    )!;
    expect(loaded, layer.id).toEqual({
      weights: weights.memoryReads,
      activations: activations.memoryReads,
    });
    expect(activity.results, layer.id).toBe(partialSums.memoryWrites);
    expect(activity.classes, layer.id).toEqual(classMatches);
    expect(activity.nonzeroPairs, layer.id).toBe(pairCounts.nonzeroPairs);
    const { weightBits, activationBits } = schedule.macro.spec;
    expect(actions, layer.id).toEqual({
      searchedBits: activity.searchedBits,
      matches: activity.matches,
      classMultiplications: activity.classMultiplications,
      rescales: activity.rescales,
      accumulations: activity.accumulations,
      // Those of the macro; where sums come out, the host compares behind additions.
      thresholdComparisons:
        thresholds === null ? actions.thresholdComparisons : activity.thresholdComparisons,
      loadedBits: loaded.weights * weightBits + loaded.activations * activationBits,
      cycles,
    });
  }
  expect(simulation.cycles).toBe(report.total.cycles);
  for (const [id, data] of executed) {
    if (hidden.has(id)) continue;
    expect(sameBytes(simulation.values.get(id)!.data, data), id).toBe(true);
  }
  // Each block's first convolution hands out codes.
  expect(hidden.size).toBe(3);
}
