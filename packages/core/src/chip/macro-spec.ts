import { throwIfAny, type Issue } from '../diagnostics/index.ts';
import { codeRange } from '../network/codes.ts';
import type { Chip } from './chip.ts';
import { chipFormats } from './formats.ts';
import { signedBits } from './partial-sums.ts';

/** Counting schemes that a circuit of CAM and MUX cells computes. */
export const MACRO_SCHEMES = [
  'ordered-pairs',
  'unordered-pairs',
  'distinct-products',
  'weight-bit-planes',
] as const;

export type MacroScheme = (typeof MACRO_SCHEMES)[number];

/** Clocks from the first command to the first search, and from the last slot to the result's handshake (both included). */
export const FILL_CYCLES = 2;
export const DRAIN_CYCLES = 7;

/**
 * Everything that the simulator and the RTL generator know of a chip: flat, checked, all integers. Theory of operation:
 * hw/macro/doc/theory-of-operation.md. Neither world reads the chip itself.
 */
export interface MacroSpec {
  readonly kind: 'macro-spec';
  /** Name of the chip. */
  readonly chip: string;
  readonly scheme: MacroScheme;
  /** `pair`: weights and activations in CAM cells. `bit-plane`: weights in CAM cells, activations in a MUX array. */
  readonly search: 'pair' | 'bit-plane';
  /** Entries of a vector, 8 to 1,024. */
  readonly entries: number;
  /** Sub-arrays of entries / banks entries, each with a popcount tree of its own. Changes no value and no clock. */
  readonly banks: number;
  readonly weightSystem: 'sign-magnitude' | 'twos-complement';
  readonly weightBits: number;
  readonly activationBits: number;
  /** Largest |weight| and activation that the codes reach. */
  readonly maxMagnitude: number;
  readonly maxActivation: number;
  /** Rows that the macro stores. */
  readonly weightSlots: number;
  readonly activationSlots: number;
  /** Sets of thresholds: max(weightSlots, 16), so that a ring of them never overwrites one in flight. */
  readonly thresholdSlots: number;
  /** Thresholds of a set: 2^activationBits - 1. */
  readonly thresholds: number;
  /** Partial sums and accumulators behind them. */
  readonly partialSums: number;
  /** Signed widths. A threshold is one bit wider than an accumulator, so that "never" can be said. */
  readonly partialSumBits: number;
  readonly accumulatorBits: number;
  readonly thresholdBits: number;
  /** Largest left shift of a partial sum: the significance of a digit pass. */
  readonly maxShift: number;
  readonly rescaleSlots: number;
  readonly windowVectors: number;
  readonly windowOverheadCycles: number;
}

export interface MacroOptions {
  /** A divisor of the entries; left out: as few banks of at most 128 entries as divide them, larger ones where those would be slivers. */
  readonly banks?: number;
}

function isMacroScheme(name: string): name is MacroScheme {
  return (MACRO_SCHEMES as readonly string[]).includes(name);
}

/**
 * As few banks of at most 128 entries as divide them; where that would take more than eight times as many as entries of
 * any number would (1,021 entries have no divisors but themselves), as many larger ones as there can be.
 */
function defaultBanks(entries: number): number {
  const least = Math.ceil(entries / 128);
  const divides = (banks: number): boolean => entries % banks === 0;
  const upTo8 = Array.from({ length: 7 * least + 1 }, (_, more) => least + more);
  const fewer = Array.from({ length: least }, (_, less) => least - less);
  return upTo8.find(divides) ?? fewer.find(divides) ?? 1;
}

/** Digit widths of the widest split (see `digitPlan`). */
function largestShift(chip: Chip): number {
  const { weight, activation } = chipFormats(chip);
  const { min, max } = codeRange(weight);
  const weightDigitBits = Math.floor(Math.log2(Math.min(-min, max) + 1));
  const perDigit = weightDigitBits + activation.bits;
  return Math.min((chip.limits.maxDigits.value - 1) * perDigit, chip.limits.accumulatorBits.value - 1);
}

/**
 * The macro of a chip.
 *
 * @throws TallyError `no-circuit-for-scheme`, `entries-out-of-range`, `banks-do-not-divide`, `overhead-not-whole`,
 *   `no-double-buffering`, `partial-sum-too-narrow`, `accumulator-too-narrow`, `accumulator-too-wide`, all that apply
 */
export function macroSpec(chip: Chip, options: MacroOptions = {}): MacroSpec {
  const { geometry, timing, limits } = chip;
  const formats = chipFormats(chip);
  const weight = codeRange(formats.weight);
  const maxMagnitude = Math.max(-weight.min, weight.max);
  const maxActivation = codeRange(formats.activation).max;
  const entries = geometry.entries.value;
  const banks = options.banks ?? defaultBanks(entries);
  const issues: Issue[] = [];
  const refuse = (code: string, path: string, message: string, remedy: string) =>
    issues.push({ code, path: `chip ${chip.name}: ${path}`, message, remedy });
  const scheme = chip.scheme.name;
  if (!isMacroScheme(scheme)) {
    refuse(
      'no-circuit-for-scheme',
      'scheme.name',
      `'${scheme}' has no circuit of CAM and MUX cells`,
      `use one of ${MACRO_SCHEMES.join(', ')}`,
    );
  }
  if (entries < 8 || entries > 1024) {
    refuse(
      'entries-out-of-range',
      'geometry.entries',
      `is ${entries}, must be from 8 to 1024`,
      'set it to 8 to 1024',
    );
  }
  if (!Number.isInteger(banks) || banks < 1 || banks > entries || entries % banks !== 0) {
    refuse(
      'banks-do-not-divide',
      'banks',
      `${banks} banks do not divide ${entries} entries`,
      'use a divisor of the entries',
    );
  }
  if (!Number.isInteger(timing.windowOverheadCycles.value)) {
    refuse(
      'overhead-not-whole',
      'timing.windowOverheadCycles',
      `is ${timing.windowOverheadCycles.value}; a circuit spends whole clocks`,
      'use a whole number of cycles',
    );
  }
  if (
    timing.rescaleSlots.value === 0 &&
    Math.min(geometry.weightVectors.value, geometry.activationVectors.value) < 2
  ) {
    refuse(
      'no-double-buffering',
      'geometry',
      'with one vector of an operand and no rescale slot, loading cannot hide behind searching',
      'store two vectors of each operand, or give a rescale slot',
    );
  }
  const largest = maxMagnitude * maxActivation;
  if (geometry.partialSumBits.value < signedBits(largest)) {
    refuse(
      'partial-sum-too-narrow',
      'geometry.partialSumBits',
      `is ${geometry.partialSumBits.value}; the product of one entry reaches ${maxMagnitude} x ${maxActivation} = ${largest}, which needs ${signedBits(largest)} signed bits`,
      `set it to at least ${signedBits(largest)}, or use narrower formats`,
    );
  }
  if (limits.accumulatorBits.value < geometry.partialSumBits.value) {
    refuse(
      'accumulator-too-narrow',
      'limits.accumulatorBits',
      `is ${limits.accumulatorBits.value}, below the ${geometry.partialSumBits.value} bits of a partial sum`,
      'make accumulators at least as wide as partial sums',
    );
  }
  if (limits.accumulatorBits.value > 31) {
    refuse(
      'accumulator-too-wide',
      'limits.accumulatorBits',
      `is ${limits.accumulatorBits.value}; sums of the macro and their thresholds are at most 32-bit integers`,
      'use at most 31 bits',
    );
  }
  throwIfAny(issues);
  return {
    kind: 'macro-spec',
    chip: chip.name,
    scheme: scheme as MacroScheme,
    search: scheme === 'weight-bit-planes' ? 'bit-plane' : 'pair',
    entries,
    banks,
    weightSystem: chip.formats.weight.system.name,
    weightBits: formats.weight.bits,
    activationBits: formats.activation.bits,
    maxMagnitude,
    maxActivation,
    weightSlots: geometry.weightVectors.value,
    activationSlots: geometry.activationVectors.value,
    thresholdSlots: Math.max(geometry.weightVectors.value, 16),
    thresholds: maxActivation,
    partialSums: geometry.partialSums.value,
    partialSumBits: geometry.partialSumBits.value,
    accumulatorBits: limits.accumulatorBits.value,
    thresholdBits: limits.accumulatorBits.value + 1,
    maxShift: largestShift(chip),
    rescaleSlots: timing.rescaleSlots.value,
    windowVectors: timing.windowVectors.value,
    windowOverheadCycles: timing.windowOverheadCycles.value,
  };
}
