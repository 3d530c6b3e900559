import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TallyError } from '@tally/core';
import { missingSynthesisTools, requireTools, runMeasured } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-tools-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

const call = (tool: string, args: readonly string[] = []) =>
  runMeasured({ tool, args, folder, version: '1', errors: /^ERROR/m });

describe('a program', () => {
  test('that is not there is named with its package', () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      script('sta', 'echo 9.9');
      expect(missingSynthesisTools(['yosys', 'sta'])).toEqual(['yosys']);
      expect(requireTools(['sta'])).toEqual(new Map([['sta', '9.9']]));
      expect(() => requireTools(['yosys', 'sta', 'iverilog'])).toThrow(
        'yosys: the program yosys was not found, synthesis needs it [tool-missing] — apt-get install yosys, or put it on the PATH\n' +
          'iverilog: the program iverilog was not found, synthesis needs it [tool-missing] — apt-get install iverilog, or put it on the PATH',
      );
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('says what it wrote and took', async () => {
    const { output, run } = await call(script('well', 'echo "$1"; echo more >&2; sleep 0.2'), ['word']);
    expect(output).toBe('word\nmore\n');
    expect(run).toMatchObject({ version: '1' });
    expect(run.seconds).toBeGreaterThan(0.2);
    expect(run.peakMiB).toBeGreaterThan(0);
  });

  test.each([
    ['writes an error and goes on', 'echo fine; echo ERROR: X', 'ended with ERROR: X', 'fine\nERROR: X\n'],
    ['fails with an error', 'echo ERROR: Y >&2; exit 3', 'ended with ERROR: Y', 'ERROR: Y\n'],
    ['fails without a word', 'exit 3', 'ended with status 3', ''],
    ['is killed', 'kill -9 $$', 'ended with a signal', ''],
  ])('that %s is refused, its output kept', async (_, text, message, written) => {
    const error = await call(script('bad', text)).catch((reason: unknown) => reason as TallyError);
    expect(error).toBeInstanceOf(TallyError);
    const [issue] = (error as TallyError).issues;
    expect(issue).toMatchObject({ code: 'tool-failed', message });
    const log = /read the whole output in (\S+)$/.exec(issue.remedy)?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toBe(written);
    rmSync(log);
  });
});
