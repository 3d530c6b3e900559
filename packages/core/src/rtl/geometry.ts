import type { MacroSpec } from '../chip/index.ts';
import { searchKeys, type SearchKeys } from './keys.ts';

/** Bits that tell `count` things apart: max(1, ceil(log2 count)). */
export function slotBits(count: number): number {
  return Math.max(1, bitsFor(count - 1));
}

/** Bits of a natural number; 0 has none. */
export function bitsFor(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}

/** What every module's generator reads: the spec, its search keys, and the widths that follow from them. */
export interface Geometry {
  readonly spec: MacroSpec;
  readonly keys: SearchKeys;
  /** Entries of one bank. */
  readonly bankEntries: number;
  readonly weightSlotBits: number;
  readonly activationSlotBits: number;
  readonly thresholdSlotBits: number;
  /** Address of a partial sum. */
  readonly sumBits: number;
  readonly shiftBits: number;
  readonly phaseBits: number;
  readonly classBits: number;
  /** Counts of the whole macro, and of one bank. */
  readonly countBits: number;
  readonly bankCountBits: number;
  /** Bits of the largest class value. */
  readonly valueBits: number;
  /** Widths of the whole rows that a command brings. */
  readonly weightRowBits: number;
  readonly activationRowBits: number;
  readonly thresholdRowBits: number;
}

export function geometryOf(spec: MacroSpec): Geometry {
  const keys = searchKeys(spec);
  const bankEntries = spec.entries / spec.banks;
  const lastPhase = keys.keys.length + spec.rescaleSlots - 1 + spec.windowOverheadCycles;
  return {
    spec,
    keys,
    bankEntries,
    weightSlotBits: slotBits(spec.weightSlots),
    activationSlotBits: slotBits(spec.activationSlots),
    thresholdSlotBits: slotBits(spec.thresholdSlots),
    sumBits: slotBits(spec.partialSums),
    shiftBits: Math.max(1, bitsFor(spec.maxShift)),
    phaseBits: Math.max(1, bitsFor(lastPhase)),
    classBits: slotBits(keys.classValues.length),
    countBits: bitsFor(spec.entries),
    bankCountBits: bitsFor(bankEntries),
    valueBits: bitsFor(Math.max(...keys.classValues)),
    weightRowBits: spec.entries * spec.weightBits,
    activationRowBits: spec.entries * spec.activationBits,
    thresholdRowBits: spec.thresholds * spec.thresholdBits,
  };
}
