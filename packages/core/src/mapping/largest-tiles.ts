import { tileBits } from './counts/capacity.ts';
import { macroWork } from './counts/macro-work.ts';
import { problemTotals } from './counts/problem-totals.ts';
import { tileTables } from './counts/tile-tables.ts';
import { findMappingDataflow } from './dataflows/registry.ts';
import type { Machine } from './machine.ts';
import type { LayerMapping } from './mapping.ts';
import type { Operand } from './operand.ts';
import type { MappingProblem } from './problem.ts';

/**
 * Bits of the largest tile of each operand as a buffer holds it: once, whether or not the buffer is double-buffered.
 *
 * @param mapping with sizes in range
 * @throws TallyError `unknown-dataflow`
 */
export function largestTiles(
  problem: MappingProblem,
  machine: Machine,
  mapping: LayerMapping,
): Readonly<Record<Operand, number>> {
  const totals = problemTotals(problem);
  const tables = tileTables(problem, mapping.tile);
  const dataflow = findMappingDataflow(mapping.macro.dataflow);
  const work = macroWork(problem, totals, machine, tables, mapping.split, dataflow, mapping.macro);
  return tileBits(problem, totals, machine, tables, work.spills > 0);
}
