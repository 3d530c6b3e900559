import type { AccessCounts, TierBits } from '../access-counts.ts';
import type { Machine } from '../machine.ts';
import type { KeptTensors } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';

export const KEEPS_NOTHING: KeptTensors = { input: false, results: false };

/** Bits of a layer's whole input and of its results, as codes. */
export function tensorBits(problem: MappingProblem): { readonly input: number; readonly results: number } {
  const { batch, groups, outputs, channels, rows, columns } = problem;
  return {
    input: batch * groups * channels * rows.inputs * columns.inputs * problem.activationBits,
    results: batch * groups * outputs * rows.outputs * columns.outputs * problem.resultBits,
  };
}

/**
 * The counts of a layer of which something is kept: input loses its reads of memory and the writes that they cause in the
 * buffer; results are written into the activation buffer instead of memory.
 *
 * @param machine one with a buffer for activations
 */
export function keepOnChip(
  counts: AccessCounts,
  problem: MappingProblem,
  machine: Machine,
  kept: KeptTensors,
): AccessCounts {
  if (!kept.input && !kept.results) return counts;
  const { activations, partialSums } = counts.operands;
  const at = machine.bufferOf.activations;
  const holder = activations.buffer;
  if (at < 0 || holder === null) throw new RangeError('nothing is kept where activations have no buffer');
  const read = kept.input ? activations.memory : { reads: 0, readBits: 0 };
  // Finished results are what memory takes in beyond the sums that come back.
  const written = kept.results ? partialSums.memory.writes - partialSums.memory.reads : 0;
  const writtenBits = written * problem.resultBits;
  const tier = (bits: TierBits, readBits: number, writeBits: number): TierBits => ({
    readBits: bits.readBits + readBits,
    writeBits: bits.writeBits + writeBits,
  });
  return {
    ...counts,
    operands: {
      weights: counts.operands.weights,
      activations: {
        ...activations,
        memory: {
          ...activations.memory,
          reads: activations.memory.reads - read.reads,
          readBits: activations.memory.readBits - read.readBits,
        },
        buffer: {
          ...holder,
          writes: holder.writes - read.reads + written,
          writeBits: holder.writeBits - read.readBits + writtenBits,
        },
      },
      partialSums: {
        ...partialSums,
        memory: {
          ...partialSums.memory,
          writes: partialSums.memory.writes - written,
          writeBits: partialSums.memory.writeBits - writtenBits,
        },
      },
    },
    memory: tier(counts.memory, -read.readBits, -writtenBits),
    buffers: counts.buffers.map((bits, i) => (i === at ? tier(bits, 0, writtenBits - read.readBits) : bits)),
  };
}
