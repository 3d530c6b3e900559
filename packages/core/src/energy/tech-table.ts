import type { ActionCounts } from '../chip/index.ts';
import type { Quantity } from '../chip/index.ts';
import type { SourceLabel } from '../units/index.ts';

/**
 * How far an entry may lie from its typical value. An end that is left out is the typical value. A calibrated
 * entry is a residual: its ends go with those of the other entries (low with their high ends) and are shown,
 * but never vary by themselves.
 */
export interface Spread {
  /** Lowest value, at most `value`; same unit. */
  readonly low?: number | undefined;
  /** Highest value, at least `value`. */
  readonly high?: number | undefined;
  /** Where the ends come from, with the arithmetic; required with either. */
  readonly spread?: string | undefined;
}

/** Energy of one action at a supply voltage. */
export interface EnergyEntry extends Spread {
  /** Typical picojoules per action, 0 or more. */
  readonly value: number;
  readonly unit: 'pJ';
  /** Supply at which `value` holds, volts. */
  readonly voltageV: number;
  readonly source: string;
  readonly label: SourceLabel;
  /** The derivation from the source's number, with its arithmetic. */
  readonly how: string;
}

/** Energy of one bit of a memory outside the chip, whose supply is its own: the same at every voltage of the macro. */
export type OffChipEnergyEntry = Omit<EnergyEntry, 'voltageV'>;

/** Area of one piece of the macro. */
export interface AreaEntry extends Spread {
  /** Typical square micrometres, 0 or more. */
  readonly value: number;
  readonly unit: 'um2';
  readonly source: string;
  readonly label: SourceLabel;
  readonly how: string;
}

/** How often each priced piece occurs in a chip. */
export interface AreaCounts {
  /** Searchable bits: stored weights and activations. */
  readonly searchableBits: number;
  readonly partialSumBits: number;
  /** Inputs of the two popcounts, n+ and n-. */
  readonly popcountInputs: number;
  readonly multipliers: number;
  readonly adders: number;
  readonly comparators: number;
  /** Everything else: one. */
  readonly rest: number;
}

/** What was assumed of the work when the residual was fitted. */
export interface Calibration {
  /** Chip preset and its operating point. */
  readonly chip: string;
  readonly operatingPoint: string;
  /** The published figure fitted to, TOPS/W. */
  readonly target: Quantity;
  /** Shares of zero weights and zero activations in the reference workload, 0 to 1. */
  readonly weightSparsity: Quantity;
  readonly activationSparsity: Quantity;
}

/** Energies and areas of one technology, as data. `unit.json` sets every one to 1. */
export interface TechTable {
  readonly kind: 'tally-tech';
  readonly formatVersion: 1;
  readonly name: string;
  readonly title: string;
  readonly node: Quantity;
  /** `square`: E(V) = E(V0) * (V / V0)^2. `none`: entries hold at every voltage. */
  readonly voltageScaling: 'square' | 'none';
  /** Per action of the macro; `cycles` is the clock, control and wiring of one cycle. */
  readonly energies: Readonly<Record<keyof ActionCounts, EnergyEntry>>;
  /**
   * Per bit moved between the macro and the memory beside it. Left out where a table says nothing of it:
   * `lookupBit`, a bit read from a table of products (LUT-based MAC); `dramBit`, a bit of a memory off the chip.
   */
  readonly memory: {
    readonly readBit: EnergyEntry;
    readonly writeBit: EnergyEntry;
    readonly lookupBit?: EnergyEntry | undefined;
    readonly dramBit?: OffChipEnergyEntry | undefined;
  };
  readonly areas: Readonly<Record<keyof AreaCounts, AreaEntry>>;
  readonly calibration: Calibration | null;
}
