import { digitOf } from '../network/digits.ts';
import type { DigitPlan } from '../chip/digit-plan.ts';

/** Digit `index` of all weights as level numbers `digit - plan.minWeightDigit`, from 0. */
export function weightDigitLevels(codes: Int8Array, plan: DigitPlan, index: number): Uint8Array {
  const levels = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    levels[i] = digitOf(codes[i], index, plan.weightDigitBits) - plan.minWeightDigit;
  }
  return levels;
}

/** How often each weight digit level occurs, all digits together; index 0 is `plan.minWeightDigit`. */
export function weightLevelCounts(codes: Int8Array, plan: DigitPlan): readonly number[] {
  const counts = new Array<number>(plan.maxWeightDigit - plan.minWeightDigit + 1).fill(0);
  for (let digit = 0; digit < plan.weightDigits; digit++) {
    for (const level of weightDigitLevels(codes, plan, digit)) counts[level] += 1;
  }
  return counts;
}
