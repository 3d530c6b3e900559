/**
 * What goes through the pipe to the circuit's harness: 32-bit words, least significant byte first.
 *
 * - {@link RESTART}: a new circuit; everything that it holds is forgotten.
 * - one clock: a word of {@link CLOCK_FLAGS}; with `commandFollows` the words of a command (`corePins`), with
 *   `partialSumFollows` those of a partial sum; then, unless the harness only collects, the record that is expected.
 * - {@link FINISH}, then three words: commands taken, results taken and partial sums taken that are expected
 *   since the last restart (each modulo 2^32). The harness checks them and that nothing is left in the circuit.
 *
 * The harness answers on standard output, one JSON document a line ({@link HarnessMessage}).
 */
export const CLOCK_FLAGS = {
  resetN: 1,
  commandValid: 2,
  partialSumValid: 4,
  outReady: 8,
  commandFollows: 16,
  partialSumFollows: 32,
} as const;

export const RESTART = 0x8000_0000;
export const FINISH = 0x8000_0001;

/** A signal that differs; values are hexadecimal. */
export interface SignalDifference {
  readonly signal: string;
  readonly expected: string;
  readonly got: string;
}

export type HarnessMessage =
  /** The segment (from one restart to its finish) agreed; clocks and compared values. */
  | { readonly kind: 'agreed'; readonly clocks: number }
  /** The first clock, counted from the restart, on which signals differ. */
  | { readonly kind: 'difference'; readonly clock: number; readonly signals: readonly SignalDifference[] }
  /** Nothing differed, but something is left over at the end. */
  | { readonly kind: 'leftover'; readonly clock: number; readonly what: readonly string[] }
  /** The stream ended in the middle of a segment. */
  | { readonly kind: 'truncated'; readonly clock: number }
  /** Times of a run that only collects. */
  | {
      readonly kind: 'collected';
      readonly clocks: number;
      readonly seconds: number;
      readonly checksum: string;
    };
