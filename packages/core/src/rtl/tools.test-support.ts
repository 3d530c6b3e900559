import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RtlFile } from './generate.ts';

/** Whether a tool can be started. */
export function hasTool(name: string, versionFlag: string): boolean {
  return spawnSync(name, [versionFlag]).error === undefined;
}

/** Runs `action` in a folder with these files, which is removed afterwards. */
export function inFolder<Result>(files: readonly RtlFile[], action: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'tally-rtl-'));
  try {
    for (const { path, text } of files) writeFileSync(join(folder, path), text);
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a tool says, both streams and its exit status where that is not 0. */
export function runTool(folder: string, name: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(name, args, { cwd: folder, encoding: 'utf8' });
  return `${stdout}${stderr}${status === 0 ? '' : `exit status ${status ?? 'none'}\n`}`;
}
