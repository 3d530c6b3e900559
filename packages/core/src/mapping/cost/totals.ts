import type { Operand } from '../operand.ts';

/** Bits of one operand that a tier hands down or takes. */
export interface BitsMoved {
  readonly readBits: number;
  readonly writtenBits: number;
}

/**
 * What a mapping's cost is made of: integers that add up over layers. Equal totals cost the same, to the last bit, and a cost never
 * falls when a total grows: that is what the bounds of the search rest on.
 */
export interface MappingTotals {
  /** Of all operands. */
  readonly memory: BitsMoved;
  /** Of the buffer that holds the operand; zeros where it has none. */
  readonly buffers: Readonly<Record<Operand, BitsMoved>>;
  /** Bits that wires deliver, once for each macro that takes them or hands them out. */
  readonly deliveredBits: number;
  /** Bits stored in rows of the macros: loads of weight and activation digits. */
  readonly loadedBits: number;
  /** Steps and windows of all macros. */
  readonly steps: number;
  readonly windows: number;
  /** Cycles of the macro with most work. */
  readonly computeCycles: number;
}
