import type { AccessCounts } from '../access-counts.ts';
import { assembleCounts } from '../counts/count.ts';
import { problemTotals } from '../counts/problem-totals.ts';
import { DRAIN_CYCLES, FILL_CYCLES } from '../../chip/index.ts';
import type { Machine } from '../machine.ts';
import type { MappingProblem } from '../problem.ts';

/** The machine without its buffers: memory and macros are neighbours. */
export function withoutBuffers(machine: Machine): Machine {
  return { ...machine, buffers: [], bufferOf: { weights: -1, activations: -1, partialSums: -1 } };
}

/**
 * What a layer would move if nothing were used twice: every step reads its weight digits, its activation digits (padding left out) and
 * the sum so far from memory and writes the sum back; steps are spread evenly over the macros. No mapping does this; it is what
 * reuse is measured against.
 */
export function noReuseCounts(problem: MappingProblem, machine: Machine): AccessCounts {
  const totals = problemTotals(problem);
  const { macro, macros } = machine;
  const passes = problem.weightDigits * problem.activationDigits;
  const chunks = Math.ceil((problem.channels * totals.kernel) / macro.entries);
  const steps = totals.results * chunks * passes;
  const windows = totals.results * Math.ceil(chunks / macro.windowVectors) * passes;
  const activationLoads = totals.touched * problem.outputs * passes;
  const busiestSteps = Math.ceil(steps / macros);
  const busiestWindows = Math.ceil(windows / macros);
  return assembleCounts(
    problem,
    totals,
    withoutBuffers(machine),
    {
      weightLoads: totals.pairs,
      weightReads: totals.pairs,
      activationLoads,
      activationReads: activationLoads,
      spills: steps - totals.results,
      steps,
      windows,
      busiestSteps,
      busiestWindows,
      computeCycles:
        FILL_CYCLES +
        DRAIN_CYCLES +
        busiestSteps * macro.slotsPerStep +
        busiestWindows * macro.windowOverheadCycles,
    },
    { weights: 0, activations: 0, sums: 0 },
  );
}
