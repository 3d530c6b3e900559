import type { Machine, MachineBuffer } from '../machine.ts';
import type { Operand } from '../operand.ts';
import type { MappingProblem } from '../problem.ts';
import type { ProblemTotals } from './problem-totals.ts';
import type { TileTables } from './tile-tables.ts';

/**
 * Bits of the largest tile of each operand.
 *
 * @param spills whether any sum leaves a macro unfinished: then a result takes accumulator bits
 */
export function tileBits(
  problem: MappingProblem,
  totals: Pick<ProblemTotals, 'kernel'>,
  machine: Machine,
  tables: TileTables,
  spills: boolean,
): Readonly<Record<Operand, number>> {
  const { outputs, channels, rows, columns } = tables;
  return {
    weights: outputs.tile * channels.tile * totals.kernel * problem.weightBits,
    activations: channels.tile * rows.largestInputs * columns.largestInputs * problem.activationBits,
    partialSums: outputs.tile * rows.tile * columns.tile * sumBits(problem, machine, spills),
  };
}

/** Bits of a result in its buffer. */
export function sumBits(problem: MappingProblem, machine: Machine, spills: boolean): number {
  return spills ? Math.max(machine.macro.accumulatorBits, problem.resultBits) : problem.resultBits;
}

/** Bits that a buffer must have: the tiles of its operands, twice when it is double-buffered. */
export function requiredBits(buffer: MachineBuffer, tiles: Readonly<Record<Operand, number>>): number {
  let bits = 0;
  for (const operand of buffer.operands) bits += tiles[operand];
  return buffer.doubleBuffered ? 2 * bits : bits;
}
