import type { AccessCounts, OperandCounts, TierBits } from '../access-counts.ts';
import { findMappingDataflow } from '../dataflows/registry.ts';
import type { Machine } from '../machine.ts';
import type { LayerMapping } from '../mapping.ts';
import { OPERANDS, type Operand } from '../operand.ts';
import type { MappingProblem } from '../problem.ts';
import { macroWork, type MacroWork } from './macro-work.ts';
import { activationCounts, sumCounts, weightCounts, type BufferFills } from './operand-counts.ts';
import { problemTotals, type ProblemTotals } from './problem-totals.ts';
import { activationTerms, refills, resultTerms, weightTerms } from './refills.ts';
import { tileTables, type TileTables } from './tile-tables.ts';
import { verifyCounts } from './verify.ts';

/** What the buffers take in from memory in an order of tiles. */
export function bufferFills(
  problem: MappingProblem,
  totals: ProblemTotals,
  tables: TileTables,
  order: LayerMapping['order'],
): BufferFills {
  return {
    weights: totals.kernel * refills(order, weightTerms(problem, tables)),
    activations: refills(order, activationTerms(problem, tables)),
    // The first time a tile comes, it starts from zero.
    sums: refills(order, resultTerms(problem, tables)) - totals.results,
  };
}

/** Puts the parts of a mapping together; what a search tabulates per tile, order and macro tile. */
export function assembleCounts(
  problem: MappingProblem,
  totals: ProblemTotals,
  machine: Machine,
  work: MacroWork,
  fills: BufferFills,
): AccessCounts {
  const operands: Readonly<Record<Operand, OperandCounts>> = {
    weights: weightCounts(problem, totals, machine, work, fills),
    activations: activationCounts(problem, totals, machine, work, fills),
    partialSums: sumCounts(problem, totals, machine, work, fills),
  };
  const memory = { readBits: 0, writeBits: 0 };
  const buffers = machine.buffers.map(() => ({ readBits: 0, writeBits: 0 }));
  let deliveredBits = 0;
  for (const operand of OPERANDS) {
    const counts = operands[operand];
    memory.readBits += counts.memory.readBits;
    memory.writeBits += counts.memory.writeBits;
    deliveredBits += counts.deliveredBits;
    if (counts.buffer !== null) {
      const buffer = buffers[machine.bufferOf[operand]];
      buffer.readBits += counts.buffer.readBits;
      buffer.writeBits += counts.buffer.writeBits;
    }
  }
  return {
    kind: 'access-counts',
    macs: totals.macs,
    pairs: totals.pairs,
    operands,
    memory: memory satisfies TierBits,
    buffers,
    deliveredBits,
    steps: work.steps,
    windows: work.windows,
    busiestSteps: work.busiestSteps,
    busiestWindows: work.busiestWindows,
    computeCycles: work.computeCycles,
  };
}

/**
 * What a mapping moves and takes, in closed form; docs/mapping.md. Exact for ragged tiles, halos, groups, stride, dilation, padding,
 * batches, splits, multicast and bypassed buffers.
 *
 * @param mapping one that `checkMapping` accepts
 * @throws TallyError `unknown-dataflow`; `count-invariant-broken` (a bug, or counts beyond 2^53)
 */
export function countAccesses(
  problem: MappingProblem,
  machine: Machine,
  mapping: LayerMapping,
): AccessCounts {
  const totals = problemTotals(problem);
  const tables = tileTables(problem, mapping.tile);
  const dataflow = findMappingDataflow(mapping.macro.dataflow);
  const work = macroWork(problem, totals, machine, tables, mapping.split, dataflow, mapping.macro);
  const fills = bufferFills(problem, totals, tables, mapping.order);
  const counts = assembleCounts(problem, totals, machine, work, fills);
  verifyCounts(problem, machine, counts);
  return counts;
}
