import { OPERANDS } from '../operand.ts';
import type { MappingPrices, MappingSpeeds, TierSpeed } from './prices.ts';
import type { MappingTotals } from './totals.ts';

/** Cycles of the macro with most work, and of each tier that moves data. */
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
}

/** Bits that go through a buffer. */
function bitsThrough(buffer: TierSpeed, totals: MappingTotals): number {
  let bits = 0;
  for (const operand of buffer.operands) {
    const { readBits, writtenBits } = totals.buffers[operand];
    bits += readBits + writtenBits;
  }
  return bits;
}

/** Cycles of compute and tiers, each by itself: `tier = bits moved / bits per cycle`. */
export function tierCycles(totals: MappingTotals, speeds: MappingSpeeds): TierCycles {
  return {
    compute: totals.computeCycles,
    memory: (totals.memory.readBits + totals.memory.writtenBits) / speeds.memoryBitsPerCycle,
    buffers: speeds.buffers.map((buffer) => bitsThrough(buffer, totals) / buffer.bitsPerCycle),
  };
}

/**
 * Latency of a layer, cycles: the largest of compute, memory and the double-buffered buffers, plus the single-buffered
 * ones one after the other. docs/mapping.md, "Time".
 */
export function latencyCycles(totals: MappingTotals, speeds: MappingSpeeds): number {
  let together = Math.max(
    totals.computeCycles,
    (totals.memory.readBits + totals.memory.writtenBits) / speeds.memoryBitsPerCycle,
  );
  let apart = 0;
  for (const buffer of speeds.buffers) {
    const cycles = bitsThrough(buffer, totals) / buffer.bitsPerCycle;
    if (buffer.doubleBuffered) together = Math.max(together, cycles);
    else apart += cycles;
  }
  return together + apart;
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

/** Energy of totals that take `latency` cycles. */
export function mappingEnergy(totals: MappingTotals, prices: MappingPrices, latency: number): MappingEnergy {
  const memoryPj = totals.memory.readBits * prices.memory.readPj + totals.memory.writtenBits * prices.memory.writePj;
  let buffersPj = 0;
  for (const operand of OPERANDS) {
    const { readBits, writtenBits } = totals.buffers[operand];
    buffersPj += readBits * prices.buffers[operand].readPj + writtenBits * prices.buffers[operand].writePj;
  }
  const wiresPj = totals.deliveredBits * prices.deliveredPj;
  const macroPj =
    totals.steps * prices.stepPj +
    totals.windows * prices.windowPj +
    totals.loadedBits * prices.loadedPj +
    prices.layerPj;
  const leakagePj = latency * prices.leakagePjPerCycle;
  return {
    memoryPj,
    buffersPj,
    wiresPj,
    macroPj,
    leakagePj,
    totalPj: memoryPj + buffersPj + wiresPj + macroPj + leakagePj,
  };
}

/** Cost of a mapping from its totals. Never falls when a total grows. */
export function mappingCost(totals: MappingTotals, prices: MappingPrices, speeds: MappingSpeeds): MappingCost {
  const latency = latencyCycles(totals, speeds);
  return {
    energyPj: mappingEnergy(totals, prices, latency).totalPj,
    latencyCycles: latency,
    memoryBits: totals.memory.readBits + totals.memory.writtenBits,
  };
}
