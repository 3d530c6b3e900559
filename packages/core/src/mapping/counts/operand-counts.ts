import type { Movement, OperandCounts } from '../access-counts.ts';
import type { Machine } from '../machine.ts';
import type { MappingProblem } from '../problem.ts';
import type { MacroWork } from './macro-work.ts';
import type { ProblemTotals } from './problem-totals.ts';

/** Elements that the buffers take in from memory, per operand; see `refills`. Not read where an operand bypasses them. */
export interface BufferFills {
  /** Codes. */
  readonly weights: number;
  readonly activations: number;
  /** Unfinished sums that come back; as many leave. */
  readonly sums: number;
}

/** An operand that only goes towards the macros. */
function loaded(
  held: boolean,
  fills: number,
  codeBits: number,
  reads: number,
  loads: number,
  pairs: number,
  digitBits: number,
): OperandCounts {
  const above: Movement = {
    reads,
    writes: held ? fills : 0,
    readBits: reads * digitBits,
    writeBits: held ? fills * codeBits : 0,
  };
  return {
    memory: held ? { reads: fills, writes: 0, readBits: fills * codeBits, writeBits: 0 } : above,
    buffer: held ? above : null,
    macro: { reads: pairs, writes: loads, readBits: pairs * digitBits, writeBits: loads * digitBits },
    deliveries: loads,
    deliveredBits: loads * digitBits,
  };
}

export function weightCounts(
  problem: MappingProblem,
  totals: ProblemTotals,
  machine: Machine,
  work: MacroWork,
  fills: BufferFills,
): OperandCounts {
  return loaded(
    machine.bufferOf.weights >= 0,
    fills.weights,
    problem.weightBits,
    work.weightReads,
    work.weightLoads,
    totals.pairs,
    machine.macro.weightDigitBits,
  );
}

export function activationCounts(
  problem: MappingProblem,
  totals: ProblemTotals,
  machine: Machine,
  work: MacroWork,
  fills: BufferFills,
): OperandCounts {
  return loaded(
    machine.bufferOf.activations >= 0,
    fills.activations,
    problem.activationBits,
    work.activationReads,
    work.activationLoads,
    totals.pairs,
    machine.macro.activationDigitBits,
  );
}

/** Sums have accumulator bits until they are finished, result bits afterwards. */
export function sumCounts(
  problem: MappingProblem,
  totals: ProblemTotals,
  machine: Machine,
  work: MacroWork,
  fills: BufferFills,
): OperandCounts {
  const { results } = totals;
  const { accumulatorBits } = machine.macro;
  const resultBits = results * problem.resultBits;
  const move = (sumsOut: number, resultsOut: number, sumsIn: number, resultsIn: number): Movement => ({
    reads: sumsOut + resultsOut,
    writes: sumsIn + resultsIn,
    readBits: sumsOut * accumulatorBits + (resultsOut === 0 ? 0 : resultBits),
    writeBits: sumsIn * accumulatorBits + (resultsIn === 0 ? 0 : resultBits),
  });
  const { spills, steps } = work;
  const held = machine.bufferOf.partialSums >= 0;
  return {
    memory: held ? move(fills.sums, 0, fills.sums, results) : move(spills, 0, spills, results),
    buffer: held ? move(spills + fills.sums, results, spills + fills.sums, results) : null,
    macro: {
      reads: steps - results,
      writes: steps,
      readBits: (steps - results) * accumulatorBits,
      writeBits: steps * accumulatorBits,
    },
    deliveries: 2 * spills + results,
    deliveredBits: 2 * spills * accumulatorBits + resultBits,
  };
}
