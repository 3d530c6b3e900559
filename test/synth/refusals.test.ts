import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { encodeNetwork } from '@tally/core';
import { TOY_LIBRARY } from '../../packages/cli/src/synth/toy-library.test-support.ts';
import { tally, temporaryFolder } from '../e2e/support/tally.ts';
import { tinyNetwork, writeTinyDataset } from '../e2e/support/tiny.ts';
import { noSynthesis, TINY, title } from './support.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);

beforeEach(() => {
  mkdirSync(at('bin'));
  writeFileSync(at('tiny.json'), JSON.stringify(TINY));
  writeFileSync(at('toy.lib'), TOY_LIBRARY);
});

/** A program that says its version when asked, and does something else otherwise. */
function fake(name: string, otherwise: string): void {
  writeFileSync(
    at(`bin/${name}`),
    `#!/bin/sh\ncase "$1" in -V|-version) echo fake; exit 0;; esac\n${otherwise}\n`,
  );
  chmodSync(at(`bin/${name}`), 0o755);
}

/** `real` adds the machine's own programs after the folder's. */
async function refused(args: readonly string[], text: string | RegExp, real = false): Promise<string> {
  const path = real ? `${at('bin')}:${process.env['PATH'] ?? ''}` : at('bin');
  const before = readdirSync(folder.path).sort();
  const ended = await tally(['synth', ...args, '-o', 'out', '--json', 'r.json'], {
    cwd: folder.path,
    env: { PATH: path },
  });
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stdout).toBe('');
  if (typeof text === 'string') expect(ended.stderr).toBe(text);
  else expect(ended.stderr).toMatch(text);
  expect(readdirSync(folder.path).sort()).toEqual(before);
  return ended.stderr;
}

const TOY = ['tiny.json', '--liberty', 'toy.lib'];

describe('refused, nothing written', () => {
  test('missing programs, all at once, with the line that installs them', async () => {
    writeFileSync(at('toy.v'), 'module INV (A, Y); endmodule\n');
    await refused(
      [...TOY, '--cells', 'toy.v'],
      ['yosys', 'sta', 'iverilog']
        .map(
          (tool) =>
            `error ${tool}: the program ${tool} was not found, synthesis needs it [tool-missing]\n` +
            `  fix   apt-get install ${tool === 'sta' ? 'opensta' : tool}, or put it on the PATH\n`,
        )
        .join(''),
    );
  });

  test('a program that fails: its lines, its log', async () => {
    fake('yosys', 'echo reading; echo "ERROR: Can\'t open x." >&2; exit 1');
    fake('sta', 'exit 0');
    const stderr = await refused(
      TOY,
      /^error yosys: ended with ERROR: Can't open x\. \[tool-failed\]\n {2}fix {3}read the whole output in \S+\n$/,
    );
    const log = /output in (\S+)/.exec(stderr)?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('reading\n');
    rmSync(log);
  });

  test('a broken library, with its line', async () => {
    fake('yosys', 'exit 1');
    fake('sta', 'exit 1');
    writeFileSync(at('toy.lib'), TOY_LIBRARY.slice(0, 300));
    await refused(TOY, /^error toy\.lib: line \d+: .* is no Liberty \[liberty-syntax\]\n {2}fix {3}/);
    writeFileSync(at('toy.lib'), '');
    await refused(TOY, /^error toy\.lib: line 1: the end of the file is no Liberty \[liberty-syntax\]/);
    writeFileSync(at('toy.lib'), TOY_LIBRARY.replace('nom_voltage : 2;', ''));
    await refused(
      TOY,
      'error toy.lib: states no voltage [library-unusable]\n  fix   give operating_conditions or nom_voltage\n',
    );
    rmSync(at('toy.lib'));
    await refused(TOY, /^error toy\.lib: there is no such Liberty file \[file-missing\]/);
  });

  test('a table without a node, cells without Verilog, a layer without a network', async () => {
    await refused(
      [...TOY, '--tech-out', 't.json'],
      'error --node: a table states the feature size of its node, which Liberty files do not [node-missing]\n' +
        '  fix   give it in nanometres, as in --node 130\n',
    );
    await refused(
      [...TOY, '--verify'],
      'error --verify: needs the Verilog of the cells of toy.lib [cells-missing]\n  fix   name it with --cells, once for each file\n',
    );
    await refused(
      [...TOY, '--layer', 'conv1'],
      "error --layer: names 'conv1' of no network [network-missing]\n  fix   add --network FILE\n",
    );
  });

  test('a layer that the network does not have', async () => {
    writeFileSync(at('net.tally'), encodeNetwork(tinyNetwork()));
    writeTinyDataset(folder.path);
    await refused(
      [...TOY, '--network', 'net.tally', '--data', 'images', '--layer', 'bodi'],
      /^error --layer: .*bodi.*\[unknown-layer\]\n {2}fix {3}did you mean body\?/,
    );
  });

  test('a folder that holds something, a file that is read', async () => {
    mkdirSync(at('out'));
    writeFileSync(at('out/thesis.txt'), 'mine');
    await refused(TOY, /^error out: the folder is not empty \(thesis\.txt\)/);
    await refused([...TOY, '--force'], /^error out: the folder has no synthesis\.json, /);
    expect(readFileSync(at('out/thesis.txt'), 'utf8')).toBe('mine');
    rmSync(at('out'), { recursive: true });
    await refused([...TOY, '--node', '10', '--tech-out', 'toy.lib'], /^error toy\.lib: /);
    expect(readFileSync(at('toy.lib'), 'utf8')).toBe(TOY_LIBRARY);
  });

  test('a wrong command line', async () => {
    for (const wrong of [['tiny.json', '--clock-mhz', '0'], ['tiny.json', '--clocks', '5'], []]) {
      expect((await tally(['synth', ...wrong], { cwd: folder.path })).code).toBe(2);
    }
  });

  test.skipIf(noSynthesis)(
    title('a program that fails after the netlist is there'),
    async () => {
      fake('sta', 'echo "Error: timing.tcl, 3 no network has been linked."; exit 0');
      const stderr = await refused(
        ['tiny.json', '--clocks', '100', '--tech-out', 't.json'],
        /^error sta: ended with Error: timing\.tcl, 3 no network has been linked\. \[tool-failed\]\n/,
        true,
      );
      rmSync(/output in (\S+)/.exec(stderr)?.[1] ?? '');
    },
    600_000,
  );
});
