import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fail } from '@tally/core';
import type { ProgramRun } from './run.ts';

/** Lines of a message that repeat what a program wrote. */
const LINES = 5;

/**
 * Ends the command because of a program that failed.
 *
 * @param errors lines of its output that say what went wrong
 * @param what what it was to do, where that says more than its name, e.g. `building the model of the macro failed`
 * @throws TallyError `tool-failed` with those lines; the whole output is kept in a file that it names
 */
export function programFailed(
  program: string,
  { status, output }: Pick<ProgramRun, 'status' | 'output'>,
  errors: RegExp,
  what = 'ended with',
): never {
  const log = join(tmpdir(), `tally-${basename(program)}-${randomUUID().slice(0, 8)}.log`);
  writeFileSync(log, output);
  const lines = output.split('\n').filter((line) => errors.test(line));
  return fail(
    'tool-failed',
    program,
    `${what} ${lines.slice(0, LINES).join(' | ') || (status === null ? 'a signal' : `status ${status}`)}`,
    `read the whole output in ${log}`,
  );
}
