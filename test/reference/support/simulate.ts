import {
  chipPreset,
  createReferenceExecutor,
  evaluateEnergy,
  measureEnergy,
  operatingPoint,
  runOnChip,
  simulateNetwork,
  techPreset,
  type MacroEngine,
  type NetworkSimulation,
  type RunReport,
  type SimulatedEnergy,
} from '@tally/core';
import { expect } from 'vitest';
import { sameBytes } from './compare.ts';
import { chipOf, shippedNetwork } from './shipped.ts';
import { sumTrace, type TraceSums } from './trace-sums.ts';

const TECH = techPreset('zhu2020-65nm');
const VOLTAGE = 1.01;

/** A shipped network, one image of it as the simulated macro runs it, and what everybody else says of that image. */
export interface ShippedSimulation {
  readonly simulation: NetworkSimulation;
  /** What its activity costs at the 65 nm table and 1.01 V. */
  readonly energy: SimulatedEnergy;
  /** Sums over the records of each layer's trace; empty when it was not asked for. */
  readonly traces: readonly TraceSums[];
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
  traced = false,
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
  const traces: TraceSums[] = [];
  const simulation = simulateNetwork(network, chip, image, {
    engine,
    trace: (_, macro) => {
      if (!traced) return undefined;
      const { sums, onRecords } = sumTrace(macro);
      traces.push(sums);
      return onRecords;
    },
  });
  const energy = measureEnergy(network, simulation.layers, { chip: preset, tech: TECH, voltageV: VOLTAGE });
  return { executed, report, simulation, energy, traces };
}

/** Measured activity priced is the main job's counts priced, and what the data change rests on its counts too. */
function expectEnergy({ simulation, energy, report }: ShippedSimulation): void {
  for (const [i, { schedule, activity }] of simulation.layers.entries()) {
    const { id } = schedule.layer;
    const { actions, pairCounts } = report.layers[i];
    const measured = energy.layers[i];
    expect(measured.actions, id).toEqual(actions);
    expect(measured.energy, id).toEqual(evaluateEnergy(TECH, actions, VOLTAGE));
    const { searches, searchedBits } = schedule.macro;
    const bits = searches * searchedBits;
    expect(measured.switching, id).toEqual({
      unusedBits: actions.searchedBits - pairCounts.pairs * bits,
      skippedBits: (pairCounts.pairs - pairCounts.nonzeroPairs) * bits,
      matchLineToggles: activity.toggles.matchLines,
      counterToggles: activity.toggles.counters,
      productToggles: activity.toggles.product,
      vectorSumToggles: activity.toggles.vectorSum,
    });
  }
  const { total } = energy;
  const { rescaleSlots, search } = simulation.macro.spec;
  const stayed = 2 * total.actions.matches - total.switching.matchLineToggles;
  // Bit planes of an activation meet. A pair matches one key: only where no rescale slot lies between two vectors can
  // the last key of one and the first of the next meet, in an entry whose operands change in between; seldom at all.
  if (search !== 'pair') expect(stayed).toBeGreaterThan(0);
  else if (rescaleSlots > 0) expect(stayed).toBe(0);
  else {
    const vectors = report.layers.reduce((sum, layer) => sum + layer.vectors, 0);
    expect(stayed).toBeGreaterThanOrEqual(0);
    expect(stayed).toBeLessThan(2 * vectors * simulation.macro.spec.entries);
  }
  expect(total.actions).toEqual(report.total.actions);
  expect(total.energy.totalPj).toBeCloseTo(evaluateEnergy(TECH, report.total.actions, VOLTAGE).totalPj, 3);
  // Less for entries that cannot match; no more than that and the registers could change.
  expect(total.dataDependentPj).toBeLessThan(total.energy.totalPj);
  expect(total.dataDependentPj).toBeGreaterThan(0.8 * total.energy.totalPj);
}

/** The records of every layer's trace add up to its activity, and so to the main job's counts. */
export function expectTraced({ simulation, traces, report }: ShippedSimulation): void {
  expect(traces).toHaveLength(simulation.layers.length);
  for (const [i, { activity, cycles, schedule }] of simulation.layers.entries()) {
    const { matched, ...sums } = traces[i];
    const { actions, classMatches, searches, vectors } = report.layers[i];
    expect(sums, schedule.layer.id).toEqual({
      clocks: cycles,
      searches,
      classMultiplications: actions.classMultiplications,
      accumulations: actions.accumulations,
      transfers: vectors,
      matchLineToggles: activity.toggles.matchLines,
      counterToggles: activity.toggles.counters,
      productToggles: activity.toggles.product,
      vectorSumToggles: activity.toggles.vectorSum,
    });
    expect(Array.from(matched), schedule.layer.id).toEqual(
      classMatches.flatMap(({ positive, negative }) => [positive, negative]),
    );
  }
}

/** Every value, count, load and cycle of the simulation is what executor, report and models say. */
export function expectSimulated(shipped: ShippedSimulation): void {
  const { simulation, executed, report } = shipped;
  expectEnergy(shipped);
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
