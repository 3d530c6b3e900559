import type { MacroCommand, MacroSpec, ThresholdRow } from '@tally/core';
import { Queue, type Host } from './host.ts';
import type { Random } from './random.ts';

/** What random commands need to know of a spec beyond its fields. */
function limits(spec: MacroSpec): { readonly vector: number; readonly sum: number } {
  return {
    vector: spec.entries * spec.maxMagnitude * spec.maxActivation,
    sum: 2 ** (spec.accumulatorBits - 1) - 1,
  };
}

/**
 * `count` random commands that keep the driver's obligations and nothing else: any slot, any mixture of loads, clear,
 * restore, emit, final and window end, rows of any sparsity, partial sums and thresholds of any size. Their results are
 * checked by nobody but the comparison of circuit and simulator.
 */
export function randomCommands(spec: MacroSpec, random: Random, count: number): Host {
  const rows = createRows(spec, random);
  const { vector, sum: largest } = limits(spec);
  /** Largest magnitude that an accumulator may hold; -1: never started. */
  const bounds = new Float64Array(spec.partialSums).fill(-1);
  const emitted = new Queue<number>();
  const sums = new Queue<number>();
  const loaded = { weight: new Set<number>(), activation: new Set<number>(), threshold: new Set<number>() };
  /** Steps by threshold slot whose result has not been taken. */
  const inFlight = new Int32Array(spec.thresholdSlots);
  let left = count;
  let command: MacroCommand | null = null;
  let value = 0;

  const make = (): MacroCommand => {
    const slot = (slots: number): number => random.integer(0, slots - 1);
    const weightSlot = slot(spec.weightSlots);
    const activationSlot = slot(spec.activationSlots);
    const thresholdSlot = slot(spec.thresholdSlots);
    const accumulator = slot(spec.partialSums);
    const shift = shiftWithin(random.chance(0.5) ? 0 : random.integer(0, spec.maxShift), vector, largest);
    const room = largest - vector * 2 ** shift;
    const goesOn = bounds[accumulator] >= 0 && bounds[accumulator] <= room && random.chance(0.4);
    const restore = !goesOn && random.chance(0.5);
    const emit = random.chance(0.6);
    const mayLoad = inFlight[thresholdSlot] === 0;
    const final = emit && (mayLoad || loaded.threshold.has(thresholdSlot)) && random.chance(0.5);
    const loadsThresholds =
      mayLoad && ((final && !loaded.threshold.has(thresholdSlot)) || random.chance(0.2));
    value = restore ? random.integer(-room, room) : 0;
    return {
      weightSlot,
      activationSlot,
      thresholdSlot,
      weightRow: loaded.weight.has(weightSlot) && random.chance(0.6) ? null : rows.weights(),
      activationRow: loaded.activation.has(activationSlot) && random.chance(0.4) ? null : rows.activations(),
      thresholdRow: loadsThresholds ? rows.thresholds() : null,
      accumulator,
      shift,
      clear: !goesOn && !restore,
      restore,
      emit,
      final,
      windowEnd: random.chance(0.3),
    };
  };

  return {
    command() {
      if (command === null && left > 0) {
        command = make();
        left -= 1;
      }
      return command;
    },
    commandTaken() {
      if (command === null) return;
      const { accumulator, thresholdSlot, emit, final } = command;
      const base = command.restore ? Math.abs(value) : command.clear ? 0 : bounds[accumulator];
      bounds[accumulator] = base + vector * 2 ** command.shift;
      loaded.weight.add(command.weightSlot);
      loaded.activation.add(command.activationSlot);
      if (command.thresholdRow !== null) loaded.threshold.add(thresholdSlot);
      if (command.restore) sums.push(value);
      if (emit) emitted.push(final ? thresholdSlot : -1);
      if (emit && final) inFlight[thresholdSlot] += 1;
      command = null;
    },
    partialSum: () => sums.first(),
    partialSumTaken: () => void sums.shift(),
    result() {
      const slot = emitted.shift();
      if (slot >= 0) inFlight[slot] -= 1;
    },
    isDone: () => command === null && left === 0 && emitted.first() === null && sums.first() === null,
  };
}

/** The largest shift up to the wished one at which a vector's sum fits an accumulator. */
function shiftWithin(wished: number, vector: number, largest: number): number {
  let shift = wished;
  while (shift > 0 && vector * 2 ** shift > largest) shift -= 1;
  return shift;
}

interface Rows {
  readonly weights: () => Int8Array;
  readonly activations: () => Uint8Array;
  readonly thresholds: () => ThresholdRow;
}

/** Rows of random length and sparsity; extremes included often. */
function createRows(spec: MacroSpec, random: Random): Rows {
  const half = 2 ** (spec.weightBits - 1);
  const least = spec.weightSystem === 'sign-magnitude' ? 1 - half : -half;
  const length = (): number => (random.chance(0.7) ? spec.entries : random.integer(1, spec.entries));
  const sparsity = (): number => random.pick([0, 0.1, 0.5, 0.95, 1]);
  const digits = (min: number, max: number, zeros: number) => (): number => {
    if (random.chance(zeros)) return 0;
    return random.chance(0.2) ? random.pick([min, max]) : random.integer(min, max);
  };
  return {
    weights: () => Int8Array.from({ length: length() }, digits(least, half - 1, sparsity())),
    activations: () => Uint8Array.from({ length: length() }, digits(0, spec.maxActivation, sparsity())),
    thresholds() {
      const reach = random.pick([20, limits(spec).vector, 2 ** Math.min(31, spec.thresholdBits - 1) - 1]);
      const thresholds = Int32Array.from({ length: spec.thresholds }, () =>
        random.integer(-reach, reach),
      ).sort();
      const falling = random.chance(0.3);
      return { thresholds: falling ? thresholds.reverse() : thresholds, falling };
    },
  };
}
