import { bitsFor, operandRange } from '../counting/index.ts';
import type { ComparedWork, OperandBits } from './work.ts';

/** Bit products that one `classMultiplications` prices: half of an 8 x 8 multiplication. */
export const BIT_PRODUCTS_PER_MULTIPLICATION = 32;

/** Full adders that one match walks through: `matches` prices two. */
export const FULL_ADDERS_PER_MATCH = 2;

/** Full adders of one `adders` piece: 16 bits. */
export const FULL_ADDERS_PER_ADDER = 16;

/** Bits of the operands of some work. */
export function operandBits({ formats }: Pick<ComparedWork, 'formats'>): OperandBits {
  const { maxMagnitude, maxActivation } = operandRange(formats);
  return {
    weightMagnitude: bitsFor(maxMagnitude),
    weightStored: formats.weight.bits,
    activation: formats.activation.bits,
    product: bitsFor(maxMagnitude * maxActivation),
  };
}

/**
 * Full adders of a tree that adds signed products of so many bits: entries / 2^k adders of product + k bits at level k.
 *
 * @example 128 products of 4 bits: 64 x 5 + 32 x 6 + 16 x 7 + 8 x 8 + 4 x 9 + 2 x 10 + 1 x 11 = 755
 */
export function adderTreeFullAdders(entries: number, productBits: number): number {
  let fullAdders = 0;
  let operands = entries;
  for (let level = 1; operands > 1; level++) {
    const adders = Math.floor(operands / 2);
    fullAdders += adders * (productBits + level);
    operands -= adders;
  }
  return fullAdders;
}
