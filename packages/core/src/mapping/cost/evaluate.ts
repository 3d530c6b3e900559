import type { AccessCounts, TierBits } from '../access-counts.ts';
import type { Machine } from '../machine.ts';
import type { BitPrices, MappingPrices } from './prices.ts';

/** Cycles of the macro with most work, and of each tier that moves data, each by itself. */
export interface TierCycles {
  readonly compute: number;
  readonly memory: number;
  /** In the order of the machine's buffers. */
  readonly buffers: readonly number[];
}

/** Cost of a mapping. */
export interface MappingCost {
  readonly energyPj: number;
  readonly latencyCycles: number;
  /** Bits read from and written to memory. */
  readonly memoryBits: number;
  /** Bits read from and written to all buffers. */
  readonly bufferBits: number;
}

/** Energy by what it is spent on, picojoules; `totalPj` is their sum in this order. */
export interface MappingEnergy {
  readonly memoryPj: number;
  readonly buffersPj: number;
  readonly wiresPj: number;
  readonly macroPj: number;
  readonly leakagePj: number;
  readonly totalPj: number;
}

/** `tier = bits moved / bits per cycle`; docs/mapping.md, "Time". */
export function tierCycles(counts: AccessCounts, machine: Machine): TierCycles {
  return {
    compute: counts.computeCycles,
    memory: (counts.memory.readBits + counts.memory.writeBits) / machine.memoryBitsPerCycle,
    buffers: machine.buffers.map(
      ({ bitsPerCycle }, i) => (counts.buffers[i].readBits + counts.buffers[i].writeBits) / bitsPerCycle,
    ),
  };
}

/** Whether filling from memory overlaps with computing: when every buffer is double-buffered. */
export function memoryOverlaps(machine: Machine): boolean {
  return machine.buffers.every(({ doubleBuffered }) => doubleBuffered);
}

/**
 * The largest of compute and of the tiers that work beside it (double-buffered; memory, when all buffers are), plus the others one
 * after the other.
 */
export function latencyOf(cycles: TierCycles, machine: Machine): number {
  let together = cycles.compute;
  let apart = 0;
  if (memoryOverlaps(machine)) together = Math.max(together, cycles.memory);
  else apart += cycles.memory;
  for (let i = 0; i < machine.buffers.length; i++) {
    if (machine.buffers[i].doubleBuffered) together = Math.max(together, cycles.buffers[i]);
    else apart += cycles.buffers[i];
  }
  return together + apart;
}

function bitsPj({ readBits, writeBits }: TierBits, prices: BitPrices): number {
  return readBits * prices.readPj + writeBits * prices.writePj;
}

/** Energy of counts that take `latencyCycles`. */
export function mappingEnergy(
  counts: AccessCounts,
  prices: MappingPrices,
  latencyCycles: number,
): MappingEnergy {
  const { operands } = counts;
  const memoryPj = bitsPj(counts.memory, prices.memory);
  let buffersPj = 0;
  for (let i = 0; i < counts.buffers.length; i++) buffersPj += bitsPj(counts.buffers[i], prices.buffers[i]);
  const wiresPj = counts.deliveredBits * prices.deliveredPj;
  const loadedBits = operands.weights.macro.writeBits + operands.activations.macro.writeBits;
  const macroPj =
    counts.steps * prices.stepPj +
    counts.windows * prices.windowPj +
    loadedBits * prices.loadedPj +
    prices.layerPj;
  const leakagePj = latencyCycles * prices.leakagePjPerCycle;
  const totalPj = memoryPj + buffersPj + wiresPj + macroPj + leakagePj;
  return { memoryPj, buffersPj, wiresPj, macroPj, leakagePj, totalPj };
}

/** Cost of a mapping from its counts: equal counts cost the same to the last bit, and no cost falls when a count grows. */
export function mappingCost(counts: AccessCounts, machine: Machine, prices: MappingPrices): MappingCost {
  const latencyCycles = latencyOf(tierCycles(counts, machine), machine);
  return {
    energyPj: mappingEnergy(counts, prices, latencyCycles).totalPj,
    latencyCycles,
    memoryBits: counts.memory.readBits + counts.memory.writeBits,
    bufferBits: counts.buffers.reduce((sum, { readBits, writeBits }) => sum + readBits + writeBits, 0),
  };
}
