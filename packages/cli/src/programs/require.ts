import { spawnSync } from 'node:child_process';
import { throwIfAny, type Issue } from '@tally/core';

/** A program that others make: its name on the PATH, how it says its version, its Debian package. */
export interface Program {
  readonly name: string;
  readonly version: readonly string[];
  readonly debian: string;
}

/** Status with which a shell says that there is no such program. */
const NOT_FOUND = 127;

/** What a program says of its version, the first line; null where it cannot be started. Some say so with a status. */
export function programVersion({ name, version }: Program): string | null {
  const { error, status, stdout, stderr } = spawnSync(name, version, { encoding: 'utf8' });
  return error === undefined && status !== NOT_FOUND
    ? (`${stdout}${stderr}`.trim().split('\n')[0]?.trim() ?? '')
    : null;
}

/** Packages of those of the programs that are not there. */
export function missingPackages(programs: readonly Program[]): readonly string[] {
  return programs.filter((one) => programVersion(one) === null).map(({ debian }) => debian);
}

/**
 * What is said of a program that is not there.
 *
 * @param need who needs it, e.g. `proofs need it`
 */
export function missingProgram({ name, debian }: Program, need: string): Issue {
  return {
    code: 'tool-missing',
    path: name,
    message: `the program ${name} was not found, ${need}`,
    remedy: `apt-get install ${debian}, or put it on the PATH`,
  };
}

/**
 * Refuses, before any work is done, programs that are not there.
 *
 * @returns by name, the version that each states
 * @throws TallyError `tool-missing` for each with the command that installs it
 */
export function requirePrograms(programs: readonly Program[], need: string): ReadonlyMap<string, string> {
  const versions = new Map(programs.map((one) => [one.name, programVersion(one)]));
  throwIfAny(
    programs.filter(({ name }) => versions.get(name) === null).map((one) => missingProgram(one, need)),
  );
  return new Map([...versions].map(([name, version]) => [name, version ?? '']));
}
