import { fail } from '../diagnostics/index.ts';
import type { CodeFormat } from './codes.ts';

/** Digits by significance, least first; each array as long as the codes: `code = sum_d digits[d] * 2^(digitBits * d)`. */
export type SignedDigits = readonly Int8Array[];
export type UnsignedDigits = readonly Uint8Array[];

/**
 * Bits of the largest magnitude of a format: unsigned b, sign-magnitude b - 1, two's complement b
 * (its most negative code is 2^(b-1)).
 */
export function magnitudeBits(format: CodeFormat): number {
  switch (format.system) {
    case 'unsigned':
    case 'twos-complement':
      return format.bits;
    case 'sign-magnitude':
      return format.bits - 1;
    default:
      return format.system satisfies never;
  }
}

/** How many base-2^digitBits digits the magnitudes of a format need. */
export function digitCount(format: CodeFormat, digitBits: number): number {
  if (!Number.isInteger(digitBits) || digitBits < 1 || digitBits > 8) {
    fail(
      'value-out-of-range',
      'digitBits',
      `is ${digitBits}, must be an integer from 1 to 8`,
      'set it to an integer from 1 to 8',
    );
  }
  return Math.ceil(magnitudeBits(format) / digitBits);
}

/** Digit `d` of one code: the digit of its magnitude, with its sign. */
export function digitOf(code: number, d: number, digitBits: number): number {
  const digit = (Math.abs(code) >> (digitBits * d)) & (2 ** digitBits - 1);
  return code < 0 ? -digit : digit;
}

/**
 * Splits weights into digits of their magnitude with the sign kept, exactly: an operand wider than
 * the macro's runs as several narrow ones, and `w * a = sum_d sum_e w_d * a_e * 2^(k_w d + k_a e)`.
 * Digits lie in -(2^digitBits - 1) .. 2^digitBits - 1; zero stays zero in every digit.
 *
 * @throws TallyError `value-out-of-range` when `digitBits` is not 1 to 8.
 */
export function splitWeightDigits(codes: Int8Array, format: CodeFormat, digitBits: number): SignedDigits {
  return Array.from({ length: digitCount(format, digitBits) }, (_, d) =>
    codes.map((code) => digitOf(code, d, digitBits)),
  );
}

/**
 * Splits unsigned codes of `bits` bits into base-2^digitBits digits, 0 .. 2^digitBits - 1.
 *
 * @throws TallyError `value-out-of-range` when `digitBits` is not 1 to 8.
 */
export function splitActivationDigits(codes: Uint8Array, bits: number, digitBits: number): UnsignedDigits {
  return Array.from({ length: digitCount({ system: 'unsigned', bits }, digitBits) }, (_, d) =>
    codes.map((code) => digitOf(code, d, digitBits)),
  );
}
