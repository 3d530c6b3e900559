import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHIP_PRESETS, chipPreset } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const run = (...args: readonly string[]) => tally(['rtl', ...args], { cwd: folder.path });

function hasTool(name: string, flag: string): boolean {
  return spawnSync(name, [flag]).error === undefined;
}

/** Both streams and the status of a command line as the README has it. */
function sh(cwd: string, line: string): string {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], { cwd, encoding: 'utf8' });
  return `${stdout}${stderr}${status === 0 ? '' : `exit status ${status ?? 'none'}\n`}`;
}

/** Every file below a folder, relative, and its text. */
function contents(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file.slice(path.length + 1), readFileSync(file, 'utf8')];
    }),
  );
}

/** A chip file with other numbers. */
function chipFile(
  name: string,
  change: (chip: Record<string, Record<string, { value: number }>>) => void,
): void {
  const chip: unknown = structuredClone(chipPreset('zhu2020'));
  change(chip as Record<string, Record<string, { value: number }>>);
  writeFileSync(at(name), JSON.stringify(chip));
}

const skipped = !hasTool('iverilog', '-V') || !hasTool('verilator', '--version');

/** A line of the folder's README that begins so. */
function readmeLine(start: string): string {
  const lines = readFileSync(at('out/README.md'), 'utf8').split('\n');
  return lines.find((one) => one.startsWith(`    ${start}`))!;
}

// The testbench of a whole chip takes minutes: rtl.nightly.test.ts.
test.skipIf(skipped).each(CHIP_PRESETS)(
  'the folder of %s lints (skipped without Icarus and Verilator)',
  async (chip) => {
    const ended = await run(chip, '-o', 'out');
    expect(ended.code, ended.stderr).toBe(0);
    expect(sh(at('out'), readmeLine('verilator --lint-only'))).toBe('');
    expect(sh(at('out'), readmeLine('iverilog -g2012 -t null'))).toBe('');
  },
  120_000,
);

test.skipIf(skipped)(
  'a chip of 8 entries passes its testbench in Icarus (skipped without Icarus and Verilator)',
  async () => {
    chipFile('small.json', (chip) => {
      chip['geometry']['entries'].value = 8;
    });
    const ended = await run('small.json', '-o', 'out');
    expect(ended.code, ended.stderr).toBe(0);
    expect(sh(at('out'), readmeLine('iverilog -g2012 -I tb'))).toMatch(/^PASS \d\d results, /);
  },
  120_000,
);

test('the same chip and options give the same bytes, whatever lay there', async () => {
  expect((await run('zhu2020', '-o', 'a', '--axis-bits', '32', '--banks', '4')).code).toBe(0);
  mkdirSync(at('b'));
  const ended = await run('zhu2020', '-o', 'b', '--axis-bits', '32', '--banks', '4');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toContain('entries    128 in 4 banks');
  expect(ended.stdout).toContain('modules    ');
  const files = contents(at('a'));
  expect(contents(at('b'))).toEqual(files);
  expect((await run('zhu2020-w3a3', '-o', 'b', '--force')).code).toBe(0);
  expect(contents(at('b'))).not.toEqual(files);
  expect((await run('zhu2020', '-o', 'b', '--force', '--axis-bits', '32', '--banks', '4')).code).toBe(0);
  expect(contents(at('b'))).toEqual(files);
  expect(readdirSync(folder.path).sort()).toEqual(['a', 'b']);
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining([
      'README.md',
      'macro.json',
      'tally_top.f',
      'tally_core.f',
      'constraints/tally_top.sdc',
    ]),
  );
  const listed = files['tally_top.f'].trim().split('\n');
  expect([...listed].sort()).toEqual(
    Object.keys(files)
      .filter((name) => name.startsWith('rtl/'))
      .sort(),
  );
  expect(files['tally_core.f'].trim().split('\n').at(-1)).toBe('rtl/tally_core.sv');
  // 1000 / 143 = 6.993 ns; 30 % of it outside.
  expect(files['constraints/tally_top.sdc']).toContain(
    'create_clock -name aclk -period 6.993 [get_ports {aclk}]',
  );
  expect(files['constraints/tally_top.sdc']).toContain('set outside 2.098');
});

describe('refused, nothing written', () => {
  const refused = async (args: readonly string[], ...texts: readonly string[]): Promise<void> => {
    const before = readdirSync(folder.path).sort();
    const ended = await run(...args);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    for (const text of texts) expect(ended.stderr).toContain(text);
    expect(readdirSync(folder.path).sort()).toEqual(before);
  };

  test('a folder that holds something', async () => {
    mkdirSync(at('full'));
    writeFileSync(at('full/thesis.txt'), 'mine');
    await refused(
      ['zhu2020', '-o', 'full'],
      'error full: the folder is not empty (thesis.txt), an output folder starts empty [output-folder-not-empty]\n' +
        '  fix   name a new folder, or add --force to replace it with all that it holds\n',
    );
    await refused(
      ['zhu2020', '-o', 'full', '--force'],
      'error full: the folder has no macro.json, --force only replaces a folder that this command wrote [output-folder-foreign]',
    );
    expect(readFileSync(at('full/thesis.txt'), 'utf8')).toBe('mine');
    await refused(['zhu2020', '-o', 'full/thesis.txt'], 'it is a file, not a folder [output-not-writable]');
    await refused(['zhu2020', '-o', 'no/folder'], 'does not exist [output-not-writable]');
  });

  test('impossible macros, all issues at once', async () => {
    chipFile('tiny.json', ({ geometry }) => (geometry['entries'].value = 4));
    await refused(
      ['tiny.json', '-o', 'out', '--banks', '3'],
      'geometry.entries: is 4, must be from 8 to 1024 [entries-out-of-range]',
      'banks: 3 banks do not divide 4 entries [banks-do-not-divide]',
    );
    chipFile('none.json', ({ geometry }) => (geometry['entries'].value = 0));
    await refused(['none.json', '-o', 'out'], 'none.json: geometry.entries.value');
    chipFile('wide.json', ({ limits }) => (limits['accumulatorBits'].value = 40));
    await refused(['wide.json', '-o', 'out'], 'limits.accumulatorBits: is 40; ', '[accumulator-too-wide]');
  });

  test('what is not there', async () => {
    await refused(['zhu2021', '-o', 'out'], 'there is no chip preset named zhu2021 [unknown-chip]');
    await refused(
      ['zhu2020', '-o', 'out', '--point', 'slow'],
      "error --point: chip 'zhu2020' has no operating point 'slow' [unknown-operating-point]\n" +
        '  fix   use one of peak-throughput, peak-efficiency\n',
    );
  });

  test('a wrong command line', async () => {
    expect((await run('zhu2020')).code).toBe(2);
    expect((await run('zhu2020', '-o', 'out', '--axis-bits', '48')).code).toBe(2);
    expect((await run('zhu2020', '-o', 'out', '--buffer-rows', '1')).code).toBe(2);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
