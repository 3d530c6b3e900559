import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';

const main = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** Without progress, which depends on how fast the machine is. */
  readonly stderr: string;
}

/** A line of progress: task, done, total, what is counted, and what follows. */
const progressLine = /^[^\n]*: \d[\d\s]* of \d[\d\s]* [a-z]+(?:, [^\n]*)?\n/gmu;

export interface TallyOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process as soon as it runs. */
  readonly onStart?: (pid: number) => void;
}

/** Runs the real command line in its own process, without colour. */
export function tally(args: readonly string[], options: TallyOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // FORCE_COLOR, which the test runner may set, is left out: Node warns when both are there.
    const environment: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', CI: '1', ...options.env };
    delete environment['FORCE_COLOR'];
    const child = spawn(process.execPath, ['--conditions=source', main, ...args], {
      cwd: options.cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr: stderr.replace(progressLine, '') }));
    if (child.pid !== undefined) options.onStart?.(child.pid);
  });
}

/** A folder of its own for every test of a file, removed afterwards. */
export function temporaryFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'tally-e2e-'));
  });
  afterEach(() => {
    rmSync(folder.path, { recursive: true, force: true });
  });
  return folder;
}
