import type { MacroStep } from './step.ts';
import type { LayerSchedule } from './layer-schedule.ts';
import type { ThresholdRow } from '../command.ts';

/** What a schedule computes when its commands are taken at their word, one after the other. */
export interface Interpretation {
  /** `[channels, pixels]`; NaN where nothing came out. */
  readonly results: Float64Array;
  readonly steps: number;
  readonly windows: number;
  readonly loadedWeights: number;
  readonly loadedActivations: number;
  readonly restores: number;
  readonly emits: number;
  readonly finals: number;
}

function dot(weights: Int8Array, activations: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < Math.min(weights.length, activations.length); i++) sum += weights[i] * activations[i];
  return sum;
}

function code(sum: number, { thresholds, falling }: ThresholdRow): number {
  return thresholds.filter((limit) => (falling ? sum <= limit : sum >= limit)).length;
}

function inRange(what: string, value: number, below: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value < below)) throw new Error(`${what} is ${value}`);
}

/** Runs the commands with rows in slots, accumulators and returning sums, but without any clock. */
export function interpret(schedule: LayerSchedule, visit?: (step: MacroStep) => void): Interpretation {
  const { spec } = schedule.macro;
  const weights = new Map<number, Int8Array>();
  const activations = new Map<number, Uint8Array>();
  const thresholds = new Map<number, ThresholdRow>();
  const accumulators = new Array<number>(spec.partialSums).fill(NaN);
  const spilled: number[] = [];
  const results = new Float64Array(schedule.layer.dotProducts).fill(NaN);
  const seen = {
    steps: 0,
    windows: 0,
    loadedWeights: 0,
    loadedActivations: 0,
    restores: 0,
    emits: 0,
    finals: 0,
  };
  for (const step of schedule.steps()) {
    visit?.(step);
    inRange('weight slot', step.weightSlot, spec.weightSlots);
    inRange('activation slot', step.activationSlot, spec.activationSlots);
    inRange('threshold slot', step.thresholdSlot, spec.thresholdSlots);
    inRange('accumulator', step.accumulator, spec.partialSums);
    inRange('shift', step.shift, spec.maxShift + 1);
    if (step.weightRow !== null) weights.set(step.weightSlot, step.weightRow.digits);
    if (step.activationRow !== null) activations.set(step.activationSlot, step.activationRow.digits);
    if (step.thresholdRow !== null) thresholds.set(step.thresholdSlot, step.thresholdRow);
    const vector = dot(weights.get(step.weightSlot)!, activations.get(step.activationSlot)!);
    if (step.clear && step.restore) throw new Error('clear and restore');
    const base = step.clear ? 0 : step.restore ? spilled.shift()! : accumulators[step.accumulator];
    const sum = base + vector * 2 ** step.shift;
    accumulators[step.accumulator] = sum;
    if (step.emit) {
      const at = step.channel * schedule.layer.positions + step.pixel;
      if (step.last) results[at] = step.final ? code(sum, thresholds.get(step.thresholdSlot)!) : sum;
      else spilled.push(sum);
    } else if (step.last || step.final) throw new Error('a last step emits');
    seen.steps++;
    seen.windows += Number(step.windowEnd);
    seen.loadedWeights += step.loadedWeights;
    seen.loadedActivations += step.loadedActivations;
    seen.restores += Number(step.restore);
    seen.emits += Number(step.emit);
    seen.finals += Number(step.final);
  }
  if (spilled.length > 0) throw new Error(`${spilled.length} partial sums were never fetched`);
  return { results, ...seen };
}
