/** What the data decide beyond the action counts: which comparisons could not match, which lines and registers changed. */
export interface SwitchingCounts {
  /** Entry bits searched in entries that no operand used: part of `searchedBits`. */
  readonly unusedBits: number;
  /** Entry bits searched in entries in use that hold a zero weight or activation: part of `searchedBits`. */
  readonly skippedBits: number;
  /** Match lines that rose or fell: two for a match, none for a line that stays up from one key to the next. */
  readonly matchLineToggles: number;
  /** Bits of registers that changed: both counters, the class product, the vector's sum. */
  readonly counterToggles: number;
  readonly productToggles: number;
  readonly vectorSumToggles: number;
}

/** The names of all of them, in order. */
export const SWITCHING = [
  'unusedBits',
  'skippedBits',
  'matchLineToggles',
  'counterToggles',
  'productToggles',
  'vectorSumToggles',
] as const satisfies readonly (keyof SwitchingCounts)[];
