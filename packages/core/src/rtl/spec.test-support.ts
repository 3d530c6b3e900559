import type { MacroScheme, MacroSpec } from '../chip/index.ts';

/** What a test says of a macro; the rest is small. */
export interface SpecWishes {
  readonly scheme: MacroScheme;
  readonly weightSystem?: MacroSpec['weightSystem'];
  readonly weightBits?: number;
  readonly activationBits?: number;
  readonly entries?: number;
  readonly banks?: number;
  readonly rescaleSlots?: number;
  readonly windowOverheadCycles?: number;
  readonly weightSlots?: number;
  readonly activationSlots?: number;
  readonly maxShift?: number;
  readonly partialSumBits?: number;
}

/** A macro without a chip: 8 entries, W3A2, few slots, widths that every sum fits. */
export function specOf(wishes: SpecWishes): MacroSpec {
  const weightSystem = wishes.weightSystem ?? 'sign-magnitude';
  const weightBits = wishes.weightBits ?? 3;
  const activationBits = wishes.activationBits ?? 2;
  const maxActivation = 2 ** activationBits - 1;
  const accumulatorBits = 24;
  const weightSlots = wishes.weightSlots ?? 3;
  return {
    kind: 'macro-spec',
    chip: 'test',
    scheme: wishes.scheme,
    search: wishes.scheme === 'weight-bit-planes' ? 'bit-plane' : 'pair',
    entries: wishes.entries ?? 8,
    banks: wishes.banks ?? 1,
    weightSystem,
    weightBits,
    activationBits,
    maxMagnitude: 2 ** (weightBits - 1) - (weightSystem === 'sign-magnitude' ? 1 : 0),
    maxActivation,
    weightSlots,
    activationSlots: wishes.activationSlots ?? 2,
    thresholdSlots: Math.max(weightSlots, 16),
    thresholds: maxActivation,
    partialSums: 4,
    partialSumBits: wishes.partialSumBits ?? 16,
    accumulatorBits,
    thresholdBits: accumulatorBits + 1,
    maxShift: wishes.maxShift ?? 6,
    rescaleSlots: wishes.rescaleSlots ?? 1,
    windowVectors: 9,
    windowOverheadCycles: wishes.windowOverheadCycles ?? 2,
  };
}
