import type { Chip } from './chip.ts';

/** Bits of the macro, by part; `total` is their sum. */
export interface MacroStorage {
  readonly weightBits: number;
  readonly activationBits: number;
  readonly partialSumBits: number;
  readonly total: number;
}

/**
 * The macro's storage from its geometry and formats.
 *
 * @example zhu2020: 16 * 128 * 3 + 4 * 128 * 2 + 16 * 12 = 6,144 + 1,024 + 192 = 7,360 bits
 */
export function macroStorage({ geometry, formats }: Chip): MacroStorage {
  const entries = geometry.entries.value;
  const weightBits = geometry.weightVectors.value * entries * formats.weight.bits.value;
  const activationBits = geometry.activationVectors.value * entries * formats.activation.bits.value;
  const partialSumBits = geometry.partialSums.value * geometry.partialSumBits.value;
  return { weightBits, activationBits, partialSumBits, total: weightBits + activationBits + partialSumBits };
}
