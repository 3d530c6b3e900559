import { spawn, spawnSync } from 'node:child_process';
import { throwIfAny, type Issue } from '@tally/core';

/** What building a circuit's model takes: program, Debian package. */
const TOOLS = [
  ['verilator', 'verilator'],
  ['g++', 'g++'],
  ['make', 'make'],
] as const;

function version(program: string): string | null {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? (stdout.split('\n')[0]?.trim() ?? '') : null;
}

/** Programs among {@link TOOLS} that are not there. */
export function missingTools(): readonly string[] {
  return TOOLS.filter(([program]) => version(program) === null).map(([program]) => program);
}

/**
 * Versions of the programs, for the key of a build.
 *
 * @throws TallyError `tool-missing` for each program that is not there
 */
export function toolVersions(): string {
  const issues: Issue[] = [];
  const found = TOOLS.map(([program, debian]) => {
    const text = version(program);
    if (text === null) {
      issues.push({
        code: 'tool-missing',
        path: program,
        message: `the program ${program} was not found, the circuit's model is built with it`,
        remedy: `apt-get install ${debian}, or put it on the PATH`,
      });
    }
    return text ?? '';
  });
  throwIfAny(issues);
  return found.join('\n');
}

/** How a program ended. */
export interface Finished {
  /** Exit status; null when a signal ended it. */
  readonly status: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/** Runs a program to its end, the current folder being `folder`. */
export function runTool(program: string, args: readonly string[], folder: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, output });
    });
  });
}
