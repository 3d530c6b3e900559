import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { chipPreset } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { noProvers, title } from '../proof/support.ts';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  tally(['prove', ...args], { cwd: folder.path, env });

/** A chip of 8 entries. */
function smallChip(): void {
  const chip = structuredClone(chipPreset('zhu2020')) as unknown as {
    geometry: { entries: { value: number } };
  };
  chip.geometry.entries.value = 8;
  writeFileSync(at('small.json'), JSON.stringify(chip));
}

/** A PATH with nothing but these programs. */
function pathOf(...programs: readonly string[]): string {
  mkdirSync(at('bin'));
  for (const program of programs) {
    const found = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    symlinkSync(found, at(`bin/${program}`));
  }
  return at('bin');
}

describe.skipIf(noProvers)(title('a small chip'), { timeout: 300_000 }, () => {
  test('is proven, a line for each proof, and the results as JSON', async () => {
    smallChip();
    const units = 'cam-cell,search-driver,popcount,class-multiplier,controller';
    const ended = await run(['small.json', '--unit', units, '--json', 'proofs.json', '--limit', '250']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('✓ 9 of 9 proven');
    expect(ended.stdout).toMatch(/popcount\/sum-of-8 +8 inputs +all states +1 .* proven\n/);
    expect(ended.stdout).toMatch(/controller\/steps .* induction, 1 clock .* proven\n/);
    const report = JSON.parse(readFileSync(at('proofs.json'), 'utf8')) as {
      kind: string;
      results: { name: string; status: string; properties: string[] }[];
    };
    expect(report.kind).toBe('tally-proofs');
    expect(report.results.map(({ name }) => name)).toEqual([
      'cam-cell/cam-cell',
      'cam-cell/cam-cell-dual',
      'search-driver/keys',
      'popcount/sum-of-3',
      'popcount/sum-of-8',
      'class-multiplier/value-times-difference',
      'controller/steps',
      'controller/ready',
      'controller/no-deadlock',
    ]);
    expect(report.results.every(({ status }) => status === 'proven')).toBe(true);
    expect(report.results[3].properties).toEqual(['plain_sum']);
    expect(readdirSync(folder.path).sort()).toEqual(['proofs.json', 'small.json']);
  });

  test('what no engine decides in time is no success', async () => {
    const ended = await run(['zhu2020', '--unit', 'popcount', '--solver', 'z3', '--limit', '0.2']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('✗');
    expect(ended.stdout).toMatch(/popcount\/sum-of-128 .* not decided\n/);
    expect(ended.stderr).toContain(
      'error popcount/sum-of-128: no engine (z3) decides it in 0.2 s [proof-not-decided]\n' +
        '  fix   give it more time (--limit), or a smaller macro (--entries, --free)\n',
    );
  });

  test('a missing solver', async () => {
    smallChip();
    const PATH = pathOf('yosys', 'yosys-smtbmc', 'python3', 'env', 'sh');
    expect(await run(['small.json', '--unit', 'popcount', '--solver', 'cvc5'], { PATH })).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'error cvc5: the program cvc5 was not found, proofs need it [tool-missing]\n' +
        '  fix   apt-get install cvc5, or put it on the PATH\n',
    });
    // Without a name: one of the two is enough, and there is none.
    const ended = await run(['small.json', '--unit', 'popcount'], { PATH });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('error z3: the program z3 was not found, proofs need it [tool-missing]');
  });
});

test('no Yosys at all', async () => {
  mkdirSync(at('empty'));
  const ended = await run(['zhu2020'], { PATH: at('empty') });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toContain(
    'error yosys: the program yosys was not found, proofs need it [tool-missing]',
  );
  expect(ended.stderr).toContain('fix   apt-get install yosys python3, or put it on the PATH');
});

test('an unknown unit, with the nearest name', async () => {
  const ended = await run(['zhu2020', '--unit', 'cam-cell,popcont']);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toContain("error --unit: 'popcont' is no unit with proofs [unknown-unit]");
  expect(ended.stderr).toContain('fix   did you mean popcount?');
});

test('more free entries than there are', async () => {
  expect(await run(['zhu2020', '--free', '20', '--entries', '8'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error --free 20: the small macro has 8 entries [free-entries-out-of-range]\n' +
      '  fix   give at most 8, or more --entries\n',
  });
});

test('a wrong command line', async () => {
  expect((await run(['zhu2020', '--entries', '4'])).code).toBe(2);
  expect((await run(['zhu2020', '--solver', 'yices'])).code).toBe(2);
  expect((await run([])).code).toBe(2);
  const ended = await run(['zhu2020', '--limit', '2147484']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('give at most 2147483 seconds.');
});

test('refused before any work: an output that cannot be written', async () => {
  const ended = await run(['zhu2020', '--json', 'no/where.json']);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('the folder no does not exist [output-not-writable]');
  writeFileSync(at('waves'), '');
  const kept = await run(['zhu2020', '--keep', 'waves']);
  expect(kept.code).toBe(1);
  expect(kept.stderr).toBe(
    `error waves: ${at('waves')} is a file, not a folder [output-not-writable]\n  fix   name another folder\n`,
  );
});
