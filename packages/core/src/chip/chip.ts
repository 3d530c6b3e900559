import type { CodeSystem } from '../network/codes.ts';
import type { SourceLabel } from '../units/index.ts';
import type { Quantity } from './quantity.ts';

/** A named choice (a scheme, a dataflow, a code system) with its origin. */
export interface Choice<Name extends string = string> {
  readonly name: Name;
  readonly source: string;
  readonly label: SourceLabel;
}

/** Codes that one operand's entries hold. */
export interface ChipFormat<System extends CodeSystem> {
  readonly system: Choice<System>;
  /** Unit `bit`. */
  readonly bits: Quantity;
}

/** What the publication states of the chip; only compared with, never computed from. Null: not stated. */
export interface PublishedFigures {
  /** MACs per multiplication. */
  readonly multiplicationReduction: Quantity | null;
  /** Bits of the macro. */
  readonly macroBits: Quantity | null;
  readonly peakGops: Quantity | null;
  readonly peakTopsPerWatt: Quantity | null;
  /** Active area, mm². */
  readonly areaMm2: Quantity | null;
  /** ImageNet top-1 of the published network, percent. */
  readonly imagenetTop1: Quantity | null;
}

/** A point at which the chip has been measured. */
export interface OperatingPoint {
  readonly name: string;
  /** Unit `V`. */
  readonly voltage: Quantity;
  /** Unit `MHz`. */
  readonly clock: Quantity;
}

/**
 * A macro: geometry, operand formats, counting scheme, timing, electrical limits. Plain data, read from
 * JSON by `parseChip`; each number states where it comes from.
 */
export interface Chip {
  readonly kind: 'tally-chip';
  readonly formatVersion: 1;
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  /** A name in the registry of counting schemes. */
  readonly scheme: Choice;
  /** A name in the registry of dataflows: how the macro is fed when its energy is priced. */
  readonly dataflow: Choice;
  readonly formats: {
    readonly weight: ChipFormat<'sign-magnitude' | 'twos-complement'>;
    readonly activation: ChipFormat<'unsigned'>;
  };
  readonly geometry: {
    /** Entries searched at once: the longest vector. */
    readonly entries: Quantity;
    /** Vectors of weights, of activations that the macro stores. */
    readonly weightVectors: Quantity;
    readonly activationVectors: Quantity;
    readonly partialSums: Quantity;
    /** Signed width of a stored partial sum: it must hold the sum over one vector. */
    readonly partialSumBits: Quantity;
  };
  readonly timing: {
    /** Multiplication-like slots per vector beside one per class; unit `slot`, one cycle each. */
    readonly rescaleSlots: Quantity;
    /** Vectors of one dot product that share the window overhead. */
    readonly windowVectors: Quantity;
    /** Cycles added per window of up to `windowVectors` vectors. */
    readonly windowOverheadCycles: Quantity;
  };
  readonly limits: {
    /** Signed width of the accumulators outside the macro that add vectors and digit passes. */
    readonly accumulatorBits: Quantity;
    /** Most digits that an operand may be split into. */
    readonly maxDigits: Quantity;
  };
  readonly operatingPoints: readonly OperatingPoint[];
  /** f = gain * (V - thresholdVoltage)^alpha / V, in MHz and volts. */
  readonly voltageFrequency: {
    readonly alpha: Quantity;
    readonly thresholdVoltage: Quantity;
    readonly gain: Quantity;
  };
  readonly published: PublishedFigures;
}
