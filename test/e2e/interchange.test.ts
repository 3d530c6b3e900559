import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { encodeNetwork, importedMappingSchema, type ImportedMapping, type MappingReport } from '@tally/core';
import { tally, temporaryFolder } from './support/tally.ts';
import { tinyNetwork } from './support/tiny.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const here = (...args: string[]) => tally(args, { cwd: folder.path });
const text = (name: string): string => readFileSync(at(name), 'utf8');

const examples = fileURLToPath(new URL('../../examples/interchange/', import.meta.url));
const TIMELOOP = ['problem.yaml', 'architecture.yaml', 'mapping.yaml'];
const ZIGZAG = ['workload.yaml', 'accelerator.yaml', 'mapping.yaml'];

/** Copies the files of an example, changed. */
function copy(
  tool: string,
  names: readonly string[],
  change: (content: string) => string = (all) => all,
): void {
  for (const name of names) writeFileSync(at(name), change(readFileSync(join(examples, tool, name), 'utf8')));
}

beforeEach(() => {
  writeFileSync(at('net.tally'), encodeNetwork(tinyNetwork()));
});

test('a Timeloop mapping is counted: table, JSON, CSV', async () => {
  copy('timeloop', TIMELOOP);
  const ended = await here('count', ...TIMELOOP, '--json', 'c.json', '--counts', 'c.csv');
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(ended.stdout).toContain(
    'm4 y4 · m16 y7 x28 c32 · 16 macros m16 p1 · weight-output-stationary m1 p1 k9',
  );
  expect(ended.stdout).toContain('Counted otherwise than the hardware of the files would');
  const { format, layers } = importedMappingSchema.parse(JSON.parse(text('c.json')));
  expect(format).toBe('timeloop');
  expect(layers[0].counts.macs).toBe(64 * 32 * 28 * 28 * 9);
  // Rows go 4 times, once for every 16 outputs; what tiles of 7 rows share stays: 28 x 28 x 32 each time. All elements have 8 bits.
  expect(layers[0].counts.operands.activations.memory.reads).toBe(4 * 28 * 28 * 32);
  const csv = text('c.csv').split('\n');
  expect(csv[0]).toBe('layer,tier,name,operand,reads,writes,read_bits,write_bits');
  expect(csv).toContain('conv,memory,memory,activations,100352,0,802816,0');
  // 18 432 weights in every of the 4 tiles of rows
  expect(csv).toContain('conv,network,network,weights,73728,0,589824,0');
}, 60_000);

test('a ZigZag mapping is counted, layer by layer; JSON to standard output and nothing else', async () => {
  copy('zigzag', ZIGZAG);
  const ended = await here('count', ...ZIGZAG, '--json', '-', '--counts', 'c.yaml');
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const { format, layers } = importedMappingSchema.parse(JSON.parse(ended.stdout));
  expect([format, layers.map(({ name }) => name)]).toEqual(['zigzag', ['conv', 'classifier']]);
  // Every operand crosses memory once: weights 18 432, inputs 28 x 28 x 32, results 28 x 28 x 64, 8 bits each.
  expect(layers[0].counts.memory).toEqual({ readBits: (18_432 + 25_088) * 8, writeBits: 50_176 * 8 });
  // Sums wait in the buffer for the next tap: 8 of 9 times they come back, 24 bits each.
  expect(layers[0].counts.operands.partialSums.macro.reads).toBe(50_176 * 8);
  // 8 cycles a step, one for each bit of an input; 4 x 9 x 784 steps
  expect(layers[0].counts.computeCycles).toBe(4 * 9 * 784 * 8 + 9);
  expect(text('c.yaml')).toMatch(/^kind: tally-access-counts\nformatVersion: 1\nlayers:\n {2}- name: conv\n/);
}, 60_000);

test('all that is wrong is listed with file, line and column; nothing is written', async () => {
  copy('timeloop', TIMELOOP, (all) =>
    all
      .replace('Q: 28', 'Q: -28')
      .replace('target: macro', 'target: makro')
      .replace('[M=4, P=4]', '[M=4, P=4, Z=2]'),
  );
  const ended = await here('count', ...TIMELOOP, '--counts', 'c.csv');
  expect([ended.code, ended.stdout]).toEqual([1, '']);
  expect(ended.stderr).toContain('problem.yaml:4:45: problem.instance.Q: Q is -28 [not-a-size]');
  expect(ended.stderr).toContain(
    "mapping.yaml:7:13: mapping.1.target: the architecture has no 'makro' [unknown-target]",
  );
  expect(ended.stderr).toContain('use one of dram, buffer, macro, weight_rows, sums, unit, mac');
  expect(ended.stderr).toContain('mapping.yaml:5:25: mapping.0.factors.2: the problem has no dimension Z');
  expect(() => text('c.csv')).toThrow();

  writeFileSync(at('broken.yaml'), 'problem: [1, 2\nmapping: {\n');
  const syntax = await here('count', 'broken.yaml');
  expect(syntax.code).toBe(1);
  expect(syntax.stderr).toMatch(/broken\.yaml:\d:\d+: not YAML: .* \[yaml-syntax\]/);
}, 60_000);

test('a mapping that ZigZag would search for, and one that no dataflow of ours is, are refused', async () => {
  copy('zigzag', ZIGZAG, (all) =>
    all
      .replace('- [OX, 28]', "- [OX, '*']")
      .replace('    - [C, 2]\n', '')
      .replace('  temporal_ordering:\n  memory', '  memory'),
  );
  const open = await here('count', ...ZIGZAG);
  expect(open.code).toBe(1);
  expect(open.stderr).toContain(
    "iterations of OX are '*': ZigZag's search would choose them [mapping-not-fixed]",
  );
  expect(open.stderr).toContain("mapping 'Gemm' of layer classifier has no temporal_ordering");
}, 60_000);

test('usage: no file, an unknown ending, an output over an input', async () => {
  expect((await here('count')).code).toBe(2);
  mkdirSync(at('d'));
  const inFolder = await here('count', 'd');
  expect(inFolder).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error d: is a folder: the files of one mapping are expected, by name [file-unreadable]\n' +
      '  fix   name the file of a layer, or those of problem, architecture and mapping, as in d/problem.yaml\n',
  });
  const ending = await here('count', 'net.tally', '--counts', 'c.txt');
  expect([ending.code, ending.stderr]).toEqual([
    2,
    expect.stringContaining('let the name end in .csv, .parquet, .yaml'),
  ]);
  copy('timeloop', TIMELOOP);
  const over = await here('count', ...TIMELOOP, '--json', 'mapping.yaml');
  expect([over.code, over.stderr]).toEqual([1, expect.stringContaining('output-is-input')]);
  const missing = await here('count', 'nowhere.yaml');
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('file-missing')]);
}, 60_000);

test('mappings that are found, written for Timeloop and read back, count the same; the table is theirs', async () => {
  const options = ['--no-compare', '--no-keep', '--threads', '1'];
  const found = await here(
    'map',
    'net.tally',
    ...options,
    '--json',
    'r.json',
    '--timeloop',
    'new/out',
    '--counts',
    'new/c.csv',
  );
  expect([found.code, found.stderr]).toEqual([0, '']);
  const { layers } = JSON.parse(text('r.json')) as MappingReport;
  expect(readdirSync(at('new/out'))).toEqual(['01-stem.yaml', '02-body.yaml', '03-classifier.yaml']);
  const rows = text('new/c.csv').trim().split('\n');
  for (const [index, name] of readdirSync(at('new/out')).entries()) {
    const back = await here('count', join('new/out', name), '--json', '-', '--counts', `${name}.csv`);
    expect([back.code, back.stderr]).toEqual([0, '']);
    const imported = JSON.parse(back.stdout) as ImportedMapping;
    expect(imported.layers[0].counts).toEqual(layers[index].counts);
    expect(imported.layers[0].problem).toEqual(layers[index].problem);
    expect(imported.differences).toEqual([]);
    // The same rows, but that all of a layer's buffers keep their names.
    expect(rows.filter((row) => row.startsWith(`${layers[index].id},`))).toEqual(
      text(`${name}.csv`).trim().split('\n').slice(1),
    );
  }
}, 120_000);

test('what stays on chip between layers is said in the file; a folder that cannot be made is refused before the search', async () => {
  expect((await here('map', 'net.tally', '--no-compare', '-o', 'm.json')).code).toBe(0);
  const replayed = await here('map', 'net.tally', '--replay', 'm.json', '--timeloop', 'out');
  expect(replayed.code).toBe(0);
  expect(text('out/01-stem.yaml')).toMatch(
    /^# In the network its results stay on chip between layers; here they pass through memory\.\n/,
  );
  const refused = await here('map', 'net.tally', '--timeloop', 'm.json/out');
  expect(refused).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error m.json/out: m.json is a file, a folder is expected [output-not-writable]\n  fix   name a folder\n',
  });
  // What is refused before the search makes no folder.
  expect((await here('map', 'net.tally', '--timeloop', 'a/b', '--json', 'c/r.json')).code).toBe(1);
  expect(existsSync(at('a'))).toBe(false);
}, 120_000);
