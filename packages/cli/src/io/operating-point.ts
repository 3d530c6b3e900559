import { fail, operatingPoint, type Chip } from '@tally/core';
import { remedyForUnknown } from './suggest.ts';

/** An operating point of the chip by name, or a voltage with a clock (default: the highest that it allows). */
export type OperatingPointChoice = string | { readonly voltageV: number; readonly clockMHz?: number };

/**
 * Supply and clock that were asked for.
 *
 * @param instead what else the command takes, for the message
 * @throws TallyError `unknown-operating-point` with the nearest name, and what `operatingPoint` refuses
 */
export function choosePoint(
  chip: Chip,
  wanted: OperatingPointChoice,
  instead = ', or give --voltage and --clock',
): { readonly voltageV: number; readonly clockMHz: number } {
  const known = chip.operatingPoints.map(({ name }) => name);
  if (typeof wanted === 'string' && !known.includes(wanted)) {
    fail(
      'unknown-operating-point',
      '--point',
      `chip '${chip.name}' has no operating point '${wanted}'`,
      `${remedyForUnknown(wanted, known)}${instead}`,
    );
  }
  return operatingPoint(chip, wanted);
}
