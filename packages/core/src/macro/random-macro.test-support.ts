import fc from 'fast-check';
import { MACRO_SCHEMES, signedBits, type MacroSpec } from '../chip/index.ts';
import { codeRange } from '../network/codes.ts';
import { seededRandom, type Random } from '../testing/index.ts';
import type { MacroCommand, ThresholdRow } from './command.ts';

export interface SpecLimits {
  readonly maxEntries?: number;
  readonly maxWeightBits?: number;
  readonly maxActivationBits?: number;
}

/** A random legal spec: all schemes, both code systems, few and many slots. */
export function randomSpec(random: Random, limits: SpecLimits = {}): MacroSpec {
  const weightSystem = random.pick(['sign-magnitude', 'twos-complement']);
  const weightBits = random.integer(2, limits.maxWeightBits ?? 4);
  const activationBits = random.integer(1, limits.maxActivationBits ?? 3);
  const range = codeRange({ system: weightSystem, bits: weightBits });
  const maxMagnitude = Math.max(-range.min, range.max);
  const maxActivation = 2 ** activationBits - 1;
  const scheme = random.pick(MACRO_SCHEMES);
  const entries = random.integer(8, limits.maxEntries ?? 200);
  const rescaleSlots = random.integer(0, 2);
  const fewest = rescaleSlots === 0 ? 2 : 1;
  // Many slots and accumulators make records of more words than one for what waits, runs and is written.
  const many = random.chance(0.25);
  const slots = (): number => (many ? random.integer(5, 700) : random.integer(fewest, 4));
  const weightSlots = slots();
  const maxShift = random.integer(0, 4);
  const partialSumBits = signedBits(entries * maxMagnitude * maxActivation);
  const accumulatorBits = many ? 31 : Math.min(31, partialSumBits + maxShift + 7);
  return {
    kind: 'macro-spec',
    chip: 'random',
    scheme,
    search: scheme === 'weight-bit-planes' ? 'bit-plane' : 'pair',
    entries,
    banks: 1,
    weightSystem,
    weightBits,
    activationBits,
    maxMagnitude,
    maxActivation,
    weightSlots,
    activationSlots: slots(),
    thresholdSlots: Math.max(weightSlots, 16),
    thresholds: maxActivation,
    partialSums: many ? random.integer(1, 3000) : random.integer(1, 5),
    partialSumBits,
    accumulatorBits,
    thresholdBits: accumulatorBits + 1,
    maxShift,
    rescaleSlots,
    windowVectors: 4,
    windowOverheadCycles: random.integer(0, 3),
  };
}

/** Seeds of random specs and commands. */
export function arbitrarySeed(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 2 ** 31 - 1 });
}

/** A row of `length` weights, zeros with the probability. */
export function randomWeights(random: Random, spec: MacroSpec, length: number, zeros: number): Int8Array {
  const { min, max } = codeRange({ system: spec.weightSystem, bits: spec.weightBits });
  return Int8Array.from({ length }, () => (random.chance(zeros) ? 0 : random.integer(min, max)));
}

/** A row of `length` activations, zeros with the probability. */
export function randomActivations(
  random: Random,
  spec: MacroSpec,
  length: number,
  zeros: number,
): Uint8Array {
  return Uint8Array.from({ length }, () =>
    random.chance(zeros) ? 0 : random.integer(0, spec.maxActivation),
  );
}

function randomThresholds(random: Random, spec: MacroSpec): ThresholdRow {
  const span = 2 ** (spec.partialSumBits - 1);
  const falling = random.chance(0.5);
  const thresholds = Int32Array.from({ length: spec.thresholds }, () => random.integer(-span, span)).sort();
  return { thresholds, falling, compared: random.integer(0, spec.thresholds) };
}

/** A partial sum as it may come back. */
export function randomPsum(random: Random, spec: MacroSpec): number {
  const span = 2 ** (spec.partialSumBits - 1);
  return random.integer(-span, span - 1);
}

/** Accumulators that a stream of commands uses; its first commands start them. */
export const ACCUMULATORS_USED = 5;

/**
 * A legal stream of commands. Rows go into any slot (the macro waits where that
 * clashes), thresholds round a ring.
 */
export function randomCommands(random: Random, spec: MacroSpec, count: number): readonly MacroCommand[] {
  const zeros = random.unit() * 0.9;
  const lengths = random.integer(1, spec.entries);
  const emitting = random.unit();
  const loading = random.unit();
  const loaded = { weight: new Set<number>(), activation: new Set<number>() };
  const accumulators = Array.from({ length: ACCUMULATORS_USED }, () =>
    random.integer(0, spec.partialSums - 1),
  );
  const slotsOf = (count: number): number =>
    random.integer(0, Math.min(count, 6) - 1) * Math.floor(count / Math.min(count, 6));
  let thresholdSlot = -1;
  return Array.from({ length: count }, (_, i): MacroCommand => {
    const weightSlot = slotsOf(spec.weightSlots);
    const activationSlot = slotsOf(spec.activationSlots);
    const length = random.integer(lengths, spec.entries);
    const loadWeight = !loaded.weight.has(weightSlot) || random.chance(loading);
    const loadActivation = !loaded.activation.has(activationSlot) || random.chance(loading);
    loaded.weight.add(weightSlot);
    loaded.activation.add(activationSlot);
    const starts = i < accumulators.length;
    const base = starts ? 'clear' : random.pick(['clear', 'restore', 'go on']);
    const loadThreshold = thresholdSlot < 0 || random.chance(0.3);
    if (loadThreshold) thresholdSlot = (thresholdSlot + 1) % spec.thresholdSlots;
    return {
      weightSlot,
      activationSlot,
      thresholdSlot,
      weightRow: loadWeight ? randomWeights(random, spec, length, zeros) : null,
      activationRow: loadActivation ? randomActivations(random, spec, length, zeros) : null,
      thresholdRow: loadThreshold ? randomThresholds(random, spec) : null,
      accumulator: accumulators[starts ? i : random.integer(0, accumulators.length - 1)],
      shift: random.integer(0, spec.maxShift),
      clear: base === 'clear',
      restore: base === 'restore',
      emit: random.chance(emitting),
      final: random.chance(0.5),
      windowEnd: random.chance(0.3),
    };
  });
}

/** A seed's spec and commands. */
export function randomCase(seed: number, limits: SpecLimits = {}, commands = 30) {
  const random = seededRandom(seed);
  const spec = randomSpec(random, limits);
  return {
    random,
    spec,
    commands: randomCommands(random, spec, random.integer(ACCUMULATORS_USED, commands)),
  };
}
