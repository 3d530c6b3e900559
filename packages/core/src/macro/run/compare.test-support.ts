import { expect } from 'vitest';
import { chipFormats, dataflowProblem, findDataflow, layerTiming, type Chip } from '../../chip/index.ts';
import { convolve } from '../../counting/random-layer.test-support.ts';
import { findScheme, schemeCost } from '../../counting/index.ts';
import type { MacLayer } from '../../network/index.ts';
import type { Macro } from '../machine.ts';
import type { LayerSimulation } from './simulate-layer.ts';

/** True where a macro can run a dataflow: steps of fewer than 3 slots cannot wait for partial sums. */
export function canRun(macro: Macro, dataflow: string): boolean {
  return macro.stepSlots >= 3 || dataflow === 'output-stationary';
}

/** Sums of a layer without bias, by the definition of a convolution. */
export function plainSums(layer: MacLayer, codes: Uint8Array): Int32Array {
  const bias = layer.node.bias;
  return convolve(layer, codes, 1).map((sum, i) => sum - (bias?.[Math.floor(i / layer.positions)] ?? 0));
}

/** Cycles, slots and traffic of a simulated layer are those of the models that know nothing of the simulator. */
export function expectModels({ schedule, cycles, activity, loaded }: LayerSimulation, chip: Chip): void {
  const { layer, plan } = schedule;
  const formats = chipFormats(chip);
  const { entries } = chip.geometry;
  const cost = schemeCost(
    findScheme(chip.scheme.name),
    formats,
    entries.value,
    chip.timing.rescaleSlots.value,
  );
  const timing = layerTiming(layer, plan, chip, cost);
  expect(cycles).toBe(timing.cycles);
  expect(activity.cycles).toMatchObject({ total: timing.cycles, fill: 2, drain: 7, idle: 0, stalled: 0 });
  expect(activity.cycles.searching + activity.cycles.rescale + activity.cycles.overhead).toBe(timing.slots);
  expect(activity.steps).toBe(timing.vectors);
  expect(activity.windows).toBe(timing.windows);
  expect(activity.pairs).toBe(layer.macs * plan.passes);
  expect(activity.searchedBits).toBe(timing.vectors * cost.searches * entries.value * cost.searchedBits);
  expect(activity.classMultiplications).toBe(timing.vectors * cost.classMultiplications);
  const traffic = findDataflow(schedule.dataflow).accesses(dataflowProblem(layer, plan, chip));
  expect(loaded).toEqual({
    weights: traffic.weights.memoryReads,
    activations: traffic.activations.memoryReads,
  });
  expect(activity.results).toBe(traffic.partialSums.memoryWrites);
}

/** A digest of trace records that tells any two different sequences apart with all but certainty (FNV-1a, two of them). */
export class RecordDigest {
  private low = 0x811c9dc5;
  private high = 0x9747b28c;
  clocks = 0;

  readonly add = (records: Uint32Array, count: number, words: number): void => {
    for (let i = 0; i < count * words; i++) {
      this.low = Math.imul(this.low ^ records[i], 0x01000193);
      this.high = Math.imul(this.high ^ (records[i] + this.low), 0x85ebca6b) ^ (this.high >>> 13);
    }
    this.clocks += count;
  };

  get value(): string {
    return `${this.clocks}:${this.low >>> 0}:${this.high >>> 0}`;
  }
}
