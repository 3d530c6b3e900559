import { macroStorage, type Chip } from '../chip/index.ts';
import type { AreaCounts } from './tech-table.ts';

/**
 * The pieces of a macro: its storage, two popcounts over all entries (n+ and n-), one multiplier and
 * one adder that the classes and the rescaling share, 2^A - 1 threshold comparators, and the rest.
 */
export function areaCounts(chip: Chip): AreaCounts {
  const storage = macroStorage(chip);
  return {
    searchableBits: storage.weightBits + storage.activationBits,
    partialSumBits: storage.partialSumBits,
    popcountInputs: 2 * chip.geometry.entries.value,
    multipliers: 1,
    adders: 1,
    comparators: 2 ** chip.formats.activation.bits.value - 1,
    rest: 1,
  };
}
