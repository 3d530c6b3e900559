/**
 * Low-bit integer codes.
 *
 * - `unsigned`: 0 .. 2^b - 1 (activations),
 * - `sign-magnitude`: -(2^(b-1) - 1) .. 2^(b-1) - 1, one sign bit and b - 1 magnitude bits ("symmetric"),
 * - `twos-complement`: -2^(b-1) .. 2^(b-1) - 1 ("asymmetric").
 */
export type CodeSystem = 'unsigned' | 'sign-magnitude' | 'twos-complement';

/** A code system and its width, 1 to 8 bits (sign-magnitude: 2 to 8, one bit is the sign). */
export interface CodeFormat {
  readonly system: CodeSystem;
  readonly bits: number;
}

export interface CodeRange {
  readonly min: number;
  readonly max: number;
}

/** The smallest and largest code of a format (inclusive). */
export function codeRange(format: CodeFormat): CodeRange {
  const half = 2 ** (format.bits - 1);
  switch (format.system) {
    case 'unsigned':
      return { min: 0, max: 2 ** format.bits - 1 };
    case 'sign-magnitude':
      return { min: -(half - 1), max: half - 1 };
    case 'twos-complement':
      return { min: -half, max: half - 1 };
    default:
      return format.system satisfies never;
  }
}

/** True when the width is one that the format can have. */
export function isCodeFormat(format: CodeFormat): boolean {
  const least = format.system === 'sign-magnitude' ? 2 : 1;
  return Number.isInteger(format.bits) && format.bits >= least && format.bits <= 8;
}
