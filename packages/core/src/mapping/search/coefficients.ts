import { assembleCounts } from '../counts/count.ts';
import type { MacroWork } from '../counts/macro-work.ts';
import type { BufferFills } from '../counts/operand-counts.ts';
import type { ProblemTotals } from '../counts/problem-totals.ts';
import { mappingEnergy } from '../cost/evaluate.ts';
import type { MappingPrices } from '../cost/prices.ts';
import type { Machine } from '../machine.ts';
import type { KeptTensors } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { keepOnChip } from './kept.ts';

/** What one unit of something adds to energy and to the bits that tiers move. */
export interface Coefficient {
  readonly energyPj: number;
  readonly memoryBits: number;
  /** In the order of the machine's buffers. */
  readonly bufferBits: readonly number[];
}

const NO_WORK: MacroWork = {
  weightLoads: 0,
  weightReads: 0,
  activationLoads: 0,
  activationReads: 0,
  spills: 0,
  steps: 0,
  windows: 0,
  busiestSteps: 0,
  busiestWindows: 0,
  computeCycles: 0,
};
const NO_FILLS: BufferFills = { weights: 0, activations: 0, sums: 0 };
const NO_TOTALS: ProblemTotals = {
  macs: 0,
  pairs: 0,
  weights: 0,
  activations: 0,
  results: 0,
  touched: 0,
  kernel: 0,
};

/**
 * Counts are linear in what macros do and what buffers take in. These are the slopes, and the `base` that no mapping
 * changes: the closed form itself, asked for one unit of each.
 */
export interface Coefficients {
  readonly base: Coefficient;
  /** Per digit that leaves the tier above the macros, and per digit loaded. */
  readonly weightReads: Coefficient;
  readonly weightLoads: Coefficient;
  readonly activationReads: Coefficient;
  readonly activationLoads: Coefficient;
  /** Per sum that leaves a macro unfinished. */
  readonly spills: Coefficient;
  /** Per element taken in from memory. */
  readonly weightFills: Coefficient;
  readonly activationFills: Coefficient;
  /** Per sum that leaves its buffer unfinished. */
  readonly sumFills: Coefficient;
}

export function coefficients(
  problem: MappingProblem,
  totals: ProblemTotals,
  machine: Machine,
  prices: MappingPrices,
  kept: KeptTensors,
): Coefficients {
  const slope = (
    work: Partial<MacroWork>,
    fills: Partial<BufferFills> = {},
    constant: ProblemTotals = NO_TOTALS,
  ): Coefficient => {
    const counts = keepOnChip(
      assembleCounts(problem, constant, machine, { ...NO_WORK, ...work }, { ...NO_FILLS, ...fills }),
      problem,
      machine,
      kept,
    );
    return {
      energyPj: mappingEnergy(counts, { ...prices, layerPj: 0 }, 0).totalPj,
      memoryBits: counts.memory.readBits + counts.memory.writeBits,
      bufferBits: counts.buffers.map(({ readBits, writeBits }) => readBits + writeBits),
    };
  };
  const base = slope({}, {}, { ...NO_TOTALS, results: totals.results });
  return {
    base: { ...base, energyPj: base.energyPj + prices.layerPj },
    weightReads: slope({ weightReads: 1 }),
    weightLoads: slope({ weightLoads: 1 }),
    activationReads: slope({ activationReads: 1 }),
    activationLoads: slope({ activationLoads: 1 }),
    spills: slope({ spills: 1 }),
    weightFills: slope({}, { weights: 1 }),
    activationFills: slope({}, { activations: 1 }),
    sumFills: slope({}, { sums: 1 }),
  };
}
