import type { PackedActivationRow, PackedWeightRow } from './packed-row.ts';

/**
 * One command of the macro: rows to store, then one vector to count. Everything is what the pins of `tally_core` say
 * (hw/macro/doc/theory-of-operation.md, "Commands").
 */
export interface MacroCommand {
  /** Slots that the step reads, 0-based; a row that is given is stored there first. */
  readonly weightSlot: number;
  readonly activationSlot: number;
  readonly thresholdSlot: number;
  /** Signed digits, at most `entries`; entries that are left out hold 0. A packed row is the same, checked and packed once. */
  readonly weightRow: Int8Array | PackedWeightRow | null;
  /** Unsigned digits, at most `entries`; entries that are left out hold 0. A packed row is the same, checked and packed once. */
  readonly activationRow: Uint8Array | PackedActivationRow | null;
  readonly thresholdRow: ThresholdRow | null;
  /** Partial sum and accumulator that the step uses. */
  readonly accumulator: number;
  /** Left shift of the vector's sum: the significance of the digit pass. */
  readonly shift: number;
  /** Start from 0. */
  readonly clear: boolean;
  /** Start from a partial sum that comes in. Neither: go on from the accumulator. Never both. */
  readonly restore: boolean;
  /** Hand the accumulator out after this step. */
  readonly emit: boolean;
  /** With `emit`: hand out the code that the thresholds make of the sum. */
  readonly final: boolean;
  /** The step ends a window and pays its overhead. */
  readonly windowEnd: boolean;
}

/** Thresholds of one channel: code = #{ k : sum >= thresholds[k] }, falling: #{ k : sum <= thresholds[k] }. */
export interface ThresholdRow {
  /** 2^activationBits - 1 of them, each in thresholdBits signed bits. */
  readonly thresholds: Int32Array;
  readonly falling: boolean;
  /**
   * How many of them the network asks for, the others being set to "never"; left out: all. Bookkeeping of
   * `thresholdComparisons` only.
   */
  readonly compared?: number;
}
