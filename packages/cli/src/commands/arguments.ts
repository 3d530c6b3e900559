import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';

/** Most worker threads that a user may ask for. */
export const MOST_THREADS = 256;

/** Parses a whole number of at least `least` and at most `most`; anything else is a usage error. */
export function wholeNumber(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(
        `give a whole number, ${least} ${most === Infinity ? 'or more' : `to ${most}`}.`,
      );
    }
    return value;
  };
}

/** Parses a number above 0; anything else is a usage error. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('give a number above 0.');
  return value;
}

/** Threads to run on where the user does not say: one per core that this process may use, at most 8. */
export function defaultThreads(): number {
  return Math.min(8, availableParallelism());
}

/** Supply and clock as flags; which of them go together is checked elsewhere. */
export interface PointFlags {
  readonly point?: string;
  readonly voltage?: number;
  readonly clock?: number;
}

/** The operating point that flags ask for; null when they ask for none. */
export function pointOf({
  point,
  voltage,
  clock,
}: PointFlags): string | { readonly voltageV: number; readonly clockMHz?: number } | null {
  if (voltage === undefined) return point ?? null;
  return clock === undefined ? { voltageV: voltage } : { voltageV: voltage, clockMHz: clock };
}
