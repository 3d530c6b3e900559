import { codeRange, type CodeFormat } from '../network/codes.ts';

/**
 * How the operands of a layer are cut into digits that the macro's entries hold:
 *
 *     w = sign(w) * sum_d digit_d(|w|) * 2^(weightDigitBits * d),   a = sum_e digit_e(a) * 2^(activationDigitBits * e)
 *
 * The sign stays with every digit. Each (weight digit, activation digit) pair is one pass over the
 * dot product; results are shifted and added outside the macro, exactly.
 */
export interface DigitPlan {
  readonly weightDigitBits: number;
  readonly weightDigits: number;
  /** Codes that a weight digit takes (inclusive); symmetric when there is more than one digit. */
  readonly minWeightDigit: number;
  readonly maxWeightDigit: number;
  readonly activationDigitBits: number;
  readonly activationDigits: number;
  /** weightDigits * activationDigits. */
  readonly passes: number;
}

function bitLength(value: number): number {
  return value < 1 ? 0 : Math.floor(Math.log2(value)) + 1;
}

/**
 * The digits for one layer. Operands that fit are one digit; wider weights are cut at base 2^k with
 * 2^k - 1 the largest power-of-two-minus-one that the macro holds with both signs.
 *
 * @param macro formats of the macro's entries (activation: unsigned)
 * @param weight format of the layer's weights
 * @param activationBits width of the layer's unsigned inputs, 1 to 8
 * @example W8 sign-magnitude x A8 on W3 x A2: 7 magnitude bits / 2 = 4 digits, 8 / 2 = 4 digits, 16 passes
 */
export function digitPlan(
  macro: { readonly weight: CodeFormat; readonly activation: CodeFormat },
  weight: CodeFormat,
  activationBits: number,
): DigitPlan {
  const holds = codeRange(macro.weight);
  const needs = codeRange(weight);
  const magnitudeBits = bitLength(Math.max(-needs.min, needs.max));
  const whole = needs.min >= holds.min && needs.max <= holds.max;
  const weightDigitBits = whole ? magnitudeBits : bitLength(Math.min(-holds.min, holds.max) + 1) - 1;
  const weightDigits = whole ? 1 : Math.ceil(magnitudeBits / weightDigitBits);
  const largest = 2 ** weightDigitBits - 1;
  const activationDigitBits = Math.min(macro.activation.bits, activationBits);
  const activationDigits = Math.ceil(activationBits / activationDigitBits);
  return {
    weightDigitBits,
    weightDigits,
    minWeightDigit: whole ? needs.min : -largest,
    maxWeightDigit: whole ? needs.max : largest,
    activationDigitBits,
    activationDigits,
    passes: weightDigits * activationDigits,
  };
}
