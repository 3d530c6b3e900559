import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { MOST_SECONDS, runProgram } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-run-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sh = (script: string, limitSeconds?: number) => runProgram('sh', ['-c', script], folder, limitSeconds);

test('a program says what it wrote, how it ended, what it took', async () => {
  const run = await sh('pwd; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo more >&2; exit 3');
  expect(run).toMatchObject({ status: 3, output: `${folder}\nmore\n`, timedOut: false });
  expect(run.peakMiB).toBeGreaterThan(0);
  expect(run.cpuSeconds).toBeGreaterThanOrEqual(0);
  expect(run.seconds).toBeGreaterThan(0);
});

test('one that is killed has no status', async () => {
  expect(await sh('kill -9 $$')).toMatchObject({ status: null, timedOut: false });
});

test('one at its limit is ended with all that it started', async () => {
  const late = join(folder, 'late');
  const run = await sh(`(sleep 1; touch ${late}) & wait`, 0.2);
  expect(run).toMatchObject({ status: null, timedOut: true });
  await wait(1200);
  expect(existsSync(late)).toBe(false);
});

test('a limit beyond what a timer can wait is no short one', async () => {
  expect(MOST_SECONDS).toBe(2_147_483);
  const run = await sh('sleep 0.2; echo done', 1e9);
  expect(run).toMatchObject({ status: 0, output: 'done\n', timedOut: false });
});

test('one that is not there is an error', async () => {
  await expect(runProgram('/nowhere/tally-none', [], folder)).rejects.toThrow('ENOENT');
});
