import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHIP_PRESETS } from '@tally/core';
import { expect, test } from 'vitest';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();
const hasVerilator = spawnSync('verilator', ['--version']).error === undefined;

test.skipIf(!hasVerilator).each(CHIP_PRESETS)(
  '%s passes its testbench as its README says (skipped without Verilator)',
  async (chip) => {
    const ended = await tally(['rtl', chip, '-o', 'out'], { cwd: folder.path });
    expect(ended.code, ended.stderr).toBe(0);
    const out = join(folder.path, 'out');
    const lines = readFileSync(join(out, 'README.md'), 'utf8').split('\n');
    const line = lines.find((one) => one.startsWith('    verilator --binary'))!;
    const { stdout, status } = spawnSync('sh', ['-c', line], { cwd: out, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^PASS \d\d results, /mu);
  },
  1_800_000,
);
