import { codeRange, type CodeFormat } from '../network/codes.ts';

/** The operand codes that the entries of a macro hold. */
export interface OperandFormats {
  readonly weight: CodeFormat;
  readonly activation: CodeFormat;
}

/** Largest magnitudes that the codes reach, both at least 1; activations start at 0. */
export interface OperandRange {
  readonly maxMagnitude: number;
  readonly maxActivation: number;
}

/**
 * One counting class k of a scheme. Over the entries i of a vector the macro makes
 * `n_k = sum_i sign(w_i) * contribution(|w_i|, a_i)` and the periphery multiplies it once: `value * n_k`.
 */
export interface CountingClass {
  /** Unique in its scheme, e.g. `3x2`. */
  readonly name: string;
  /** Positive integer that the class's count is multiplied with. */
  readonly value: number;
  /** Search keys applied to find the class's entries; one key is one cycle on the match lines. */
  readonly searches: number;
  /**
   * What an entry adds to the class: 0 when it does not match; 1 for counting schemes; the weight
   * or the activation for grouping schemes. Always 0 when either operand is 0.
   */
  readonly contribution: (magnitude: number, activation: number) => number;
}

/**
 * A way to compute `sum_i w_i * a_i` from classes of entries. The identity that makes it exact, and
 * that the contract suite checks for every registered scheme and all codes:
 *
 *     sum_k value_k * sign(w) * contribution_k(|w|, a) = w * a
 */
export interface CountingScheme {
  /** Kebab-case, unique in the registry. */
  readonly name: string;
  readonly title: string;
  /** What is searched, counted and multiplied, and where it comes from. */
  readonly summary: string;
  /**
   * `counting`: a match adds 1. `grouping`: a match adds an operand. `baseline`: no search at all.
   * A chip preset may name a scheme of the first two families only.
   */
  readonly family: 'counting' | 'grouping' | 'baseline';
  /** True when the chip's extra multiplication-like slots (rescaling) are added once per vector. */
  readonly usesRescaleSlots: boolean;
  /** All classes, values ascending in the order in which they are searched. */
  readonly classes: (range: OperandRange) => readonly CountingClass[];
  /** Bits per entry that one search compares or selects; 0 without search. */
  readonly searchedBits: (range: OperandRange) => number;
  /** Multiplications per vector of `entries`, without rescale slots; left out: one per class. */
  readonly multiplications?: (entries: number) => number;
}

/** Largest weight magnitude and activation of a pair of formats, e.g. 3 and 3 for W3 sign-magnitude x A2. */
export function operandRange(formats: OperandFormats): OperandRange {
  const weight = codeRange(formats.weight);
  return {
    maxMagnitude: Math.max(-weight.min, weight.max),
    maxActivation: codeRange(formats.activation).max,
  };
}

/** Bits of an unsigned number up to `max`: 3 -> 2, 4 -> 3. */
export function bitsFor(max: number): number {
  return max < 1 ? 0 : Math.floor(Math.log2(max)) + 1;
}

/** The integers 1 to n. */
export function oneTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
