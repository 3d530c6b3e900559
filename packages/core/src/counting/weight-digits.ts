import type { DigitPlan } from '../chip/digit-plan.ts';

/** Digit `index` of a weight code, with the weight's sign: -6 = -(2 + 1 * 4) has digits -2, -1 at base 4. */
export function weightDigit(code: number, index: number, digitBits: number): number {
  const digit = (Math.abs(code) >> (index * digitBits)) & (2 ** digitBits - 1);
  return code < 0 ? -digit : digit;
}

/** Digit `index` of an unsigned code: 6 has digits 2, 1 at base 4. */
export function activationDigit(code: number, index: number, digitBits: number): number {
  return (code >> (index * digitBits)) & (2 ** digitBits - 1);
}

/** Digit `index` of all weights as level numbers `digit - plan.minWeightDigit`, from 0. */
export function weightDigitLevels(codes: Int8Array, plan: DigitPlan, index: number): Uint8Array {
  const levels = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    levels[i] = weightDigit(codes[i]!, index, plan.weightDigitBits) - plan.minWeightDigit;
  }
  return levels;
}

/** How often each weight digit level occurs, all digits together; index 0 is `plan.minWeightDigit`. */
export function weightLevelCounts(codes: Int8Array, plan: DigitPlan): readonly number[] {
  const counts = new Array<number>(plan.maxWeightDigit - plan.minWeightDigit + 1).fill(0);
  for (let digit = 0; digit < plan.weightDigits; digit++) {
    for (const level of weightDigitLevels(codes, plan, digit)) counts[level]! += 1;
  }
  return counts;
}
