import type { OperandFormats } from '../counting/index.ts';

/**
 * Work that every method of computing it is given alike: operands, vectors, what their data decide, and traffic. Per image
 * or per run of the reference workload.
 */
export interface ComparedWork {
  /** Codes of the digits that a macro's entries hold. */
  readonly formats: OperandFormats;
  /** Entries of a vector. */
  readonly entries: number;
  /** Multiplication-like slots per vector that the chip adds to schemes which rescale. */
  readonly rescaleSlots: number;
  readonly macs: number;
  /** MACs x digit passes: digit products. */
  readonly digitPairs: number;
  readonly vectors: number;
  /** Cycles beside those of the vectors: window overheads, fill and drain. */
  readonly overheadCycles: number;
  /** Matches of each counting scheme, by name. */
  readonly matches: ReadonlyMap<string, number>;
  readonly thresholdComparisons: number;
  /** Bits written into the macro's weight and activation storage. */
  readonly loadedBits: number;
  /** Bits moved between the macro and the memory beside it. */
  readonly traffic: { readonly readBits: number; readonly writtenBits: number };
}

/** Bits of one operand digit: the magnitude beside its sign, and the code as it is stored. */
export interface OperandBits {
  readonly weightMagnitude: number;
  readonly weightStored: number;
  readonly activation: number;
  /** Bits of a product of a magnitude and an activation. */
  readonly product: number;
}
