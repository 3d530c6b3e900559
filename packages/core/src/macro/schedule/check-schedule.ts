import { partialSumBounds, signedBits, type DigitPlan } from '../../chip/index.ts';
import type { Issue } from '../../diagnostics/index.ts';
import type { MacLayer } from '../../network/index.ts';
import type { Macro } from '../machine.ts';

/** Clocks from the slot that emits a sum to the first slot whose transfer finds it back at the macro. */
const RETURN_SLOTS = 3;

/**
 * Why a macro cannot run a layer under a dataflow; empty when it can. Every issue is `macro-schedule-refused`:
 *
 * - a sum may leave the stored partial sums or the accumulators (proven from the actual weights over all inputs),
 * - partial sums go through memory, and steps are too short for one that comes back one clock after it was handed
 *   out: the macro would wait, and the cycle model and the fast engine know no waiting.
 */
export function checkSchedule(
  macro: Macro,
  layer: MacLayer,
  plan: DigitPlan,
  dataflow: { readonly name: string; readonly spills: boolean },
): readonly Issue[] {
  const { spec } = macro;
  const issues: Issue[] = [];
  const refuse = (path: string, message: string, remedy: string): void => {
    issues.push({ code: 'macro-schedule-refused', path: `${layer.id}.${path}`, message, remedy });
  };
  const bounds = partialSumBounds(layer, plan, spec.entries);
  if (signedBits(bounds.vector) > spec.partialSumBits) {
    refuse(
      'weights',
      `the sum over one vector reaches ${bounds.vector}, which needs ${signedBits(bounds.vector)} signed bits; partial sums of macro '${spec.chip}' have ${spec.partialSumBits}`,
      'use narrower operands, or raise geometry.partialSumBits of the chip',
    );
  }
  // Thresholds are 32-bit numbers, one bit wider than the sums they compare.
  const widest = Math.min(spec.accumulatorBits, 31);
  if (signedBits(bounds.total) > widest) {
    refuse(
      'weights',
      `the dot product reaches ${bounds.total}, which needs ${signedBits(bounds.total)} signed bits; accumulators of macro '${spec.chip}' have ${widest}`,
      'split the layer, use narrower operands, or raise limits.accumulatorBits of the chip',
    );
  }
  if (dataflow.spills && macro.stepSlots < RETURN_SLOTS) {
    refuse(
      'dataflow',
      `${dataflow.name} needs partial sums back after ${macro.stepSlots} slots, they return after ${RETURN_SLOTS}`,
      'use output-stationary, or a chip whose steps take at least 3 slots',
    );
  }
  return issues;
}
