import { bitsFor, operandRange, type CountingScheme, type OperandFormats } from './scheme.ts';

/** What one vector of entries costs under a scheme; everything derived from classes and formats. */
export interface SchemeCost {
  readonly scheme: string;
  readonly classes: number;
  /** Search keys per vector. */
  readonly searches: number;
  /** Multiplications of class counts per vector. */
  readonly classMultiplications: number;
  /** Of these, by a power of two: a shift in hardware. Counted as multiplications all the same. */
  readonly shifts: number;
  /** Extra multiplication-like slots per vector. */
  readonly rescaleSlots: number;
  /** classMultiplications + rescaleSlots. */
  readonly multiplications: number;
  /** entries / multiplications. */
  readonly reduction: number;
  /** Bits per entry that take part in one search. */
  readonly searchedBits: number;
  readonly storage: {
    /** Bits of the entries' operands: entries * (weight bits + activation bits). */
    readonly operandBits: number;
    /** Bits of the two counters (n+ and n-) of the class being searched, wide enough for all entries. */
    readonly counterBits: number;
  };
}

/**
 * Derives the cost of one vector.
 *
 * @param entries entries per vector, at least 1
 * @param rescaleSlots multiplication-like slots per vector that the chip adds (0 or more)
 * @example schemeCost(orderedPairs, { weight: W3, activation: A2 }, 128, 1) // 9 searches, 9 + 1 = 10, 12.8x
 */
export function schemeCost(
  scheme: CountingScheme,
  formats: OperandFormats,
  entries: number,
  rescaleSlots: number,
): SchemeCost {
  const range = operandRange(formats);
  const classes = scheme.classes(range);
  const classMultiplications = scheme.multiplications?.(entries) ?? classes.length;
  const slots = scheme.usesRescaleSlots ? rescaleSlots : 0;
  const multiplications = classMultiplications + slots;
  let largest = 0;
  for (const { contribution } of classes) {
    for (let m = 1; m <= range.maxMagnitude; m++) {
      for (let v = 1; v <= range.maxActivation; v++) largest = Math.max(largest, contribution(m, v));
    }
  }
  return {
    scheme: scheme.name,
    classes: classes.length,
    searches: classes.reduce((sum, { searches }) => sum + searches, 0),
    classMultiplications,
    shifts: scheme.multiplications
      ? 0
      : classes.filter(({ value }) => Number.isInteger(Math.log2(value))).length,
    rescaleSlots: slots,
    multiplications,
    reduction: entries / multiplications,
    searchedBits: scheme.searchedBits(range),
    storage: {
      operandBits: entries * (formats.weight.bits + formats.activation.bits),
      counterBits: 2 * bitsFor(entries * largest),
    },
  };
}
