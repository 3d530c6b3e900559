import type { Operand } from './operand.ts';

/** Accesses of one operand at one tier. */
export interface Movement {
  /** Out of the tier, into it; in elements: codes, or digits where macros read and write. */
  readonly reads: number;
  readonly writes: number;
  readonly readBits: number;
  readonly writeBits: number;
}

/** Accesses of one operand. */
export interface OperandCounts {
  readonly memory: Movement;
  /** Null: no buffer holds the operand. */
  readonly buffer: Movement | null;
  /** Arithmetic reads entries and accumulators, loads and steps write them. */
  readonly macro: Movement;
  /** Over the network on chip: elements and bits, times the macros they go to or come from. */
  readonly deliveries: number;
  readonly deliveredBits: number;
}

/** Bits of one buffer, or of the memory. */
export interface TierBits {
  readonly readBits: number;
  readonly writeBits: number;
}

/** What one mapping of one layer moves and takes: all integers, over the whole batch. */
export interface AccessCounts {
  readonly kind: 'access-counts';
  readonly macs: number;
  /** Digit pairs: MACs x digit passes. */
  readonly pairs: number;
  readonly operands: Readonly<Record<Operand, OperandCounts>>;
  readonly memory: TierBits;
  /** In the order of the machine's buffers. */
  readonly buffers: readonly TierBits[];
  /** Bits delivered to and taken from macros. */
  readonly deliveredBits: number;
  /** Steps and windows of all macros, and of the macro with most work. */
  readonly steps: number;
  readonly windows: number;
  readonly busiestSteps: number;
  readonly busiestWindows: number;
  /** Cycles from the first command to the last result, were all operands there in time. */
  readonly computeCycles: number;
}
