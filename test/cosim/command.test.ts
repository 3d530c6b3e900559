import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chipPreset } from '@tally/core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CosimulationReport } from '../../packages/cli/src/cosim/report.ts';
import { tally, temporaryFolder } from '../e2e/support/tally.ts';

/** The command with tools that stand in for the real ones, so that a model can be whatever a test wants. */
const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);

function script(path: string, text: string): void {
  writeFileSync(at(path), `#!/bin/sh\n${text}\n`);
  chmodSync(at(path), 0o755);
}

/** Tools whose model is `bin/model`. */
beforeEach(() => {
  mkdirSync(at('bin'));
  mkdirSync(at('tmp'));
  for (const tool of ['g++', 'make']) script(`bin/${tool}`, 'echo stand-in');
  script(
    'bin/verilator',
    'if [ "$1" = --version ]; then echo stand-in; else mkdir -p build; cp "$(dirname "$0")/model" build/cosim; fi',
  );
});

const environment = (): Readonly<Record<string, string>> => ({
  PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`,
  XDG_CACHE_HOME: at('cache'),
  TMPDIR: at('tmp'),
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  tally(['cosim', 'zhu2020', ...args], { cwd: folder.path, env: { ...environment(), ...env } });

describe('a model that does not answer is no agreement', () => {
  test.each([
    ['exit 1', 'status 1 after no disagreement'],
    ['exit 0', "it ended after 0 segments without a word on 'random layer 0, "],
  ])('%s', async (model, message) => {
    script('bin/model', model);
    const ended = await run(['--random', '2']);
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain(`the circuit's harness failed: ${message}`);
    expect(ended.stderr).toMatch(
      / {2}fix {3}remove the built model, rm -r \S+\/cache\/tally\/cosim\/\w+, and/,
    );
  });
});

test('a cache that cannot be used is refused', async () => {
  writeFileSync(at('file'), '');
  for (const axi of [[], ['--axi']]) {
    const ended = await run(['--random', '2', '--keep', 'kept', ...axi], { XDG_CACHE_HOME: at('file') });
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toMatch(
      /^error \S+\/file\/tally\/cosim\/\w+\.\w+\.tmp: no folder to work in can be made: ENOTDIR.* \[work-folder-not-writable\]\n {2}fix {3}set XDG_CACHE_HOME to a folder that you can write, with free space\n$/,
    );
  }
  expect(existsSync(at('kept'))).toBe(false);
});

/** A model that differs on clock 5, and writes a waveform when it is asked to. */
const DIFFERS = `
while [ $# -gt 0 ]; do if [ "$1" = --vcd ]; then echo waves > "$2"; fi; shift; done
echo '{"kind":"difference","clock":5,"signals":[{"signal":"vsum_q","expected":"0x1","got":"0x2"}]}'
exit 1`;

test('interrupted, it leaves nothing among the temporary files', async () => {
  script('bin/model', `touch ${at('started')}; exec sleep 10`);
  const killed = async (pid: number): Promise<void> => {
    while (!existsSync(at('started'))) await wait(50);
    expect(leftTemporary()).toEqual([expect.stringMatching(/^tally-cosim-/)]);
    process.kill(pid, 'SIGHUP');
  };
  const waited: Promise<void>[] = [];
  const ended = await tally(['cosim', 'zhu2020'], {
    cwd: folder.path,
    env: environment(),
    onStart: (pid) => void waited.push(killed(pid)),
  });
  await Promise.all(waited);
  expect([ended.code, ended.stderr]).toEqual([129, 'terminal closed\n']);
  expect(leftTemporary()).toEqual([]);
});

const notTemporary = (path: string): boolean => !path.startsWith('tmp');

/** What the command left among the temporary files; Node keeps compiled code there. */
const leftTemporary = (): readonly string[] =>
  readdirSync(at('tmp')).filter((one) => one.startsWith('tally'));

describe('--keep', () => {
  const refused = async (args: readonly string[], text: string, env = {}): Promise<void> => {
    const there = () =>
      (readdirSync(folder.path, { recursive: true }) as string[]).filter(notTemporary).sort();
    const before = there();
    const ended = await run(['--random', '2', ...args], env);
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain(text);
    expect(there()).toEqual(before);
  };

  test("a folder with somebody's files is left as it is", async () => {
    mkdirSync(at('mine/rtl'), { recursive: true });
    writeFileSync(at('mine/rtl/tally_core.sv'), 'my own');
    await refused(
      ['--keep', 'mine'],
      'error mine: the folder is not empty (rtl), an output folder starts empty [output-folder-not-empty]\n' +
        '  fix   name a new folder, or add --force to replace it with all that it holds\n',
    );
    await refused(
      ['--keep', 'mine', '--force', '--axi'],
      'error mine: the folder has no cosimulation.json, --force only replaces a folder that this command wrote',
    );
    expect(readFileSync(at('mine/rtl/tally_core.sv'), 'utf8')).toBe('my own');
  });

  test('a file, a folder that is not there, the place of another output', async () => {
    writeFileSync(at('file'), 'mine');
    await refused(['--keep', 'file'], 'error file: it is a file, not a folder [output-not-writable]');
    await refused(['--keep', 'no/where'], `the folder ${at('no')} does not exist [output-not-writable]`);
    await refused(
      ['--keep', 'both', '--json', './both'],
      'error ./both: is the folder of --keep too, each output needs a place of its own [outputs-collide]',
    );
    const chip = JSON.stringify(chipPreset('zhu2020'));
    writeFileSync(at('chip.json'), chip);
    const ended = await tally(['cosim', 'chip.json', '--json', 'chip.json'], {
      cwd: folder.path,
      env: environment(),
    });
    expect([ended.code, ended.stderr]).toEqual([
      1,
      'error chip.json: is the same file as the input chip.json, an output must not replace an input [output-is-input]\n' +
        '  fix   name another file to write\n',
    ]);
    expect(readFileSync(at('chip.json'), 'utf8')).toBe(chip);
  });

  test('a tool that is missing or fails leaves no folder', async () => {
    rmSync(at('bin/verilator'));
    const alone = { PATH: at('bin') };
    await refused(['--keep', 'kept'], 'verilator: the program verilator was not found', alone);
    await refused(['--keep', 'kept', '--axi'], 'verilator: the program verilator was not found', alone);
    script('bin/verilator', 'if [ "$1" = --version ]; then echo v; else echo "%Error: no room"; exit 1; fi');
    mkdirSync(at('cache/tally/cosim'), { recursive: true });
    const failed = 'building the model of tally_core failed: %Error: no room [tool-failed]';
    await refused(['--keep', 'kept'], failed);
    await refused(['--keep', 'kept', '--axi'], 'building the model of tally_top failed: %Error: no room');
    // The whole output of each failure.
    expect(leftTemporary()).toEqual([
      expect.stringMatching(/^tally-verilator-\w+\.log$/),
      expect.stringMatching(/^tally-verilator-\w+\.log$/),
    ]);
  });

  test('circuit, report and the waveforms of a difference, whole; replaced with --force', async () => {
    script('bin/model', DIFFERS);
    const keep = ['--random', '2', '--keep', 'kept'];
    const ended = await run(keep);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      'clock 5: vsum_q is 0x2 in the circuit, expected 0x1 [circuit-differs]\n' +
        '  fix   look at clocks 0 to 15 in kept/circuit.vcd (circuit) and kept/simulator.vcd (simulator)\n',
    );
    expect(readdirSync(at('kept')).sort()).toEqual([
      'circuit.vcd',
      'cosimulation.json',
      'rtl',
      'simulator.vcd',
    ]);
    expect(readFileSync(at('kept/circuit.vcd'), 'utf8')).toBe('waves\n');
    expect(readFileSync(at('kept/simulator.vcd'), 'utf8')).toContain('$enddefinitions');
    expect(readFileSync(at('kept/rtl/tally_core.sv'), 'utf8')).toContain('module tally_core');
    const report = JSON.parse(readFileSync(at('kept/cosimulation.json'), 'utf8')) as CosimulationReport;
    expect(report.disagreement?.vcd).toMatchObject({ circuit: 'kept/circuit.vcd', from: 0, to: 15 });
    expect(leftTemporary()).toEqual([]);
    const again = await run(keep);
    expect(again.stderr).toContain('error kept: the folder is not empty');
    writeFileSync(at('kept/old'), 'old');
    const forced = await run([...keep, '--force']);
    expect(forced.stderr).toContain('kept/circuit.vcd');
    expect(readdirSync(at('kept'))).not.toContain('old');
  });

  test('without it the waveforms of a difference alone stay, in a temporary folder', async () => {
    script('bin/model', DIFFERS);
    const ended = await run(['--random', '2']);
    const [kept, ...others] = leftTemporary();
    expect(others).toEqual([]);
    expect(kept).toMatch(/^tally-cosim-waves-/);
    expect(readdirSync(at(`tmp/${kept}`)).sort()).toEqual(['circuit.vcd', 'simulator.vcd']);
    expect(ended.stderr).toContain(at(`tmp/${kept}/circuit.vcd (circuit)`));
    expect((await run(['--force'])).stderr).toContain('error --force needs --keep');
  });
});

test('--axi runs layers of a network; what is left over comes with waveforms', async () => {
  script(
    'bin/model',
    // The log says that the core is in reset with nothing in it.
    `cat > /dev/null
head -c 10000 /dev/zero >&3
if [ "$1" = --vcd ]; then echo waves > "$2"; fi
echo '{"kind":"leftover","clock":3,"what":["STEPS: expected 10, got 9"]}'
exit 1`,
  );
  const network = new URL('../../models/resnet8-w3a2.tally', import.meta.url).pathname;
  const ended = await run([network, '--axi', '--layers', 'fc', '--seed', '5', '--keep', 'kept']);
  expect(ended.stderr).toContain(
    'error zhu2020: fc: clock 3: left over at the end: STEPS: expected 10, got 9 [circuit-differs]\n' +
      '  fix   look at clocks 0 to 13 in kept/circuit.vcd (circuit) and kept/simulator.vcd (simulator)\n',
  );
  expect(ended.stdout).toContain('on every clock inside tally_top, every result of its streams');
  const report = JSON.parse(readFileSync(at('kept/cosimulation.json'), 'utf8')) as CosimulationReport;
  expect(report).toMatchObject({ network: 'resnet8-w3a2', through: 'axi', image: 0, seed: 5 });
  const unknown = await run([network, '--axi', '--layers', 'fd']);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain(
    "error --layers: 'fd' is no conv or fully-connected node of resnet8-w3a2 [unknown-layer]\n" +
      '  fix   did you mean fc? (known: conv1, ',
  );
});
