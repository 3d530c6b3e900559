import type { Choice, Quantity } from '../chip/index.ts';
import type { SourceLabel } from '../units/index.ts';
import type { Operand } from './operand.ts';

/** A quantity whose spread may be known: `low` <= `value` <= `high`, same unit. */
export interface RangedQuantity extends Quantity {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** Energy per bit on the chip; scales with the square of the supply, from `voltageV`. */
export interface OnChipEnergy {
  /** Picojoules per bit. */
  readonly value: number;
  readonly unit: 'pJ/bit';
  /** Supply at which `value` holds, volts. */
  readonly voltageV: number;
  readonly source: string;
  readonly label: SourceLabel;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** Memory outside the chip: unbounded. */
export interface SystemMemory {
  readonly name: string;
  /** Unit `bit/cycle`: of the macro's clock, reads and writes together. */
  readonly bandwidth: Quantity;
  /** Unit `pJ/bit`; its supply is its own. */
  readonly readEnergy: RangedQuantity;
  readonly writeEnergy: RangedQuantity;
}

/** On-chip SRAM between memory and macros. */
export interface SystemBuffer {
  readonly name: string;
  /** What it holds; no operand is in two buffers. One buffer of all three is the shared one. */
  readonly operands: readonly Operand[];
  /** Unit `byte`. */
  readonly capacity: Quantity;
  /** Unit `bit`. */
  readonly wordWidth: Quantity;
  /** Unit `word/cycle`: reads and writes together. */
  readonly ports: Quantity;
  /** Half of it is filled while the macros work from the other half. */
  readonly doubleBuffered: boolean;
  readonly readEnergy: OnChipEnergy;
  readonly writeEnergy: OnChipEnergy;
  /** Unit `uW`. */
  readonly leakage: RangedQuantity;
  /** Unit `mm2`. */
  readonly area: RangedQuantity;
}

/** Wires between buffers and macros. */
export interface SystemNetwork {
  /** Per bit and macro it is delivered to. */
  readonly energy: OnChipEnergy;
  /** A row that several macros load in the same iteration is read once from the tier above. */
  readonly multicast: boolean;
}

/**
 * Equal macros of one chip under two tiers of memory; plain data, read from JSON by `parseSystem`. An
 * operand that no buffer holds moves between memory and macros directly.
 */
export interface System {
  readonly kind: 'tally-system';
  readonly formatVersion: 1;
  readonly name: string;
  readonly title: string;
  /** Name of the chip whose macro this is. */
  readonly chip: Choice;
  /** Unit `macro`. */
  readonly macros: Quantity;
  readonly memory: SystemMemory;
  readonly buffers: readonly SystemBuffer[];
  readonly network: SystemNetwork;
}
