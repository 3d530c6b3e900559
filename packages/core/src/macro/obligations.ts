import { fail } from '../diagnostics/index.ts';
import type { MacroCommand } from './command.ts';
import { fitsSigned } from './bits.ts';
import type { Macro } from './machine.ts';

/** What the driver of the macro owes it ("Ports" in the theory of operation), and how a breach is reported. */

/** Where something went wrong: `macro zhu2020: clock 12: cmd_shift`. */
function place(macro: Macro, clock: number, what: string): string {
  return `macro ${macro.spec.chip}: clock ${clock}: ${what}`;
}

function checkIndex(macro: Macro, clock: number, what: string, index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  fail(
    'pin-out-of-range',
    place(macro, clock, what),
    `is ${index}, must be from 0 to ${count - 1}`,
    'use one of them',
  );
}

/**
 * Checks what one command says, apart from what is stored.
 *
 * @throws TallyError `pin-out-of-range`, `clear-and-restore`, `thresholds-do-not-fit`
 */
export function checkCommand(macro: Macro, clock: number, command: MacroCommand): void {
  const { spec } = macro;
  checkIndex(macro, clock, 'cmd_weight_slot', command.weightSlot, spec.weightSlots);
  checkIndex(macro, clock, 'cmd_activation_slot', command.activationSlot, spec.activationSlots);
  checkIndex(macro, clock, 'cmd_threshold_slot', command.thresholdSlot, spec.thresholdSlots);
  checkIndex(macro, clock, 'cmd_accumulator', command.accumulator, spec.partialSums);
  checkIndex(macro, clock, 'cmd_shift', command.shift, spec.maxShift + 1);
  if (command.clear && command.restore) {
    fail(
      'clear-and-restore',
      place(macro, clock, 'cmd_clear, cmd_restore'),
      'both are set; a step starts from 0 or from a partial sum that comes in',
      'set one of them',
    );
  }
  if (command.thresholdRow !== null) checkThresholds(macro, clock, command.thresholdRow.thresholds);
}

function checkThresholds(macro: Macro, clock: number, thresholds: Int32Array): void {
  const { spec } = macro;
  const where = place(macro, clock, 'cmd_threshold_row');
  if (thresholds.length !== spec.thresholds) {
    fail(
      'thresholds-do-not-fit',
      where,
      `holds ${thresholds.length} thresholds, a set has ${spec.thresholds}`,
      'fill a set up with thresholds that no sum reaches',
    );
  }
  for (const threshold of thresholds) {
    if (fitsSigned(threshold, spec.thresholdBits)) continue;
    fail(
      'thresholds-do-not-fit',
      where,
      `threshold ${threshold} does not fit ${spec.thresholdBits} bits`,
      'saturate it: no sum is out there',
    );
  }
}

/** Refuses a step that reads a slot into which nothing was ever loaded. */
export function refuseUnloaded(macro: Macro, clock: number, what: string, slot: number): never {
  return fail(
    'slot-never-loaded',
    place(macro, clock, `cmd_${what}_slot`),
    `slot ${slot} holds no ${what} row yet`,
    'load the row with this step or one before it',
  );
}

/** Refuses thresholds that overwrite a set that a step in flight still needs. */
export function refuseThresholdLoad(macro: Macro, clock: number, slot: number): never {
  return fail(
    'threshold-slot-in-use',
    place(macro, clock, 'cmd_load_threshold'),
    `a step with 'final' that names slot ${slot} has not handed its result out yet`,
    'load thresholds into the slots in turn, as a ring',
  );
}

/** Refuses to go on from an accumulator that was never written. */
export function refuseUnstarted(macro: Macro, clock: number, accumulator: number): never {
  return fail(
    'accumulator-never-started',
    place(macro, clock, `acc_q[${accumulator}]`),
    'a step goes on from an accumulator that holds nothing yet',
    "set 'clear' or 'restore' on the first step of a sum",
  );
}

/** Refuses a sum that its register cannot hold. */
export function refuseWide(
  macro: Macro,
  clock: number,
  register: string,
  value: number,
  bits: number,
): never {
  return fail(
    'sum-too-wide',
    place(macro, clock, register),
    `would have to hold ${value}, which does not fit ${bits} signed bits`,
    'run only layers whose partialSumBounds fit the chip (checkLayer)',
  );
}

/** Checks a partial sum that comes back. */
export function checkPsum(macro: Macro, clock: number, psum: number): void {
  const { accumulatorBits } = macro.spec;
  if (!Number.isInteger(psum) || !fitsSigned(psum, accumulatorBits))
    refuseWide(macro, clock, 'psum_data', psum, accumulatorBits);
}
