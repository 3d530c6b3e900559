import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  encodeNetwork,
  systemPreset,
  type MappingReport,
  type MappingSearchReport,
  type NetworkMapping,
  type System,
} from '@tally/core';
import { tally, temporaryFolder } from './support/tally.ts';
import { tinyNetwork } from './support/tiny.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const read = (name: string): unknown => JSON.parse(readFileSync(at(name), 'utf8'));
const write = (name: string, document: object): void => writeFileSync(at(name), JSON.stringify(document));
const map = (...options: string[]) => tally(['map', 'net.tally', ...options], { cwd: folder.path });

beforeEach(() => writeFileSync(at('net.tally'), encodeNetwork(tinyNetwork())));

/** The preset system with other capacities, in bytes, by operand. */
function systemWith(capacities: Partial<Record<'weights' | 'activations' | 'partialSums', number>>): System {
  const system = systemPreset('zhu2020');
  return {
    ...system,
    buffers: system.buffers.map((buffer) => {
      const capacity = capacities[buffer.operands[0]];
      return capacity === undefined
        ? buffer
        : { ...buffer, capacity: { ...buffer.capacity, value: capacity } };
    }),
  };
}

test('a saved mapping, replayed, gives the same bytes; threads change nothing; the proof counts every mapping', async () => {
  const searched = await map('-o', 'm.json', '--json', 'r.json', '--search-json', 's.json', '--threads', '1');
  expect([searched.code, searched.stderr]).toEqual([0, '']);
  expect(searched.stdout).toContain('The best is proven.');
  expect((await map('-o', 'm2.json', '--search-json', 's2.json', '--threads', '2')).code).toBe(0);
  expect((await map('--replay', 'm.json', '-o', 'm3.json', '--json', 'r3.json')).code).toBe(0);
  const bytes = (name: string): Buffer => readFileSync(at(name));
  expect(bytes('m2.json')).toEqual(bytes('m.json'));
  expect(bytes('s2.json')).toEqual(bytes('s.json'));
  expect(bytes('m3.json')).toEqual(bytes('m.json'));
  expect(bytes('r3.json')).toEqual(bytes('r.json'));

  const report = read('r.json') as MappingReport;
  // stem 4 x 7 x 7 outputs x 9, body 8 x 4 x 4 x 36, classifier 10 x 128
  expect(report.layers.map(({ id, counts }) => [id, counts.macs])).toEqual([
    ['stem', 1764],
    ['body', 4608],
    ['classifier', 1280],
  ]);
  // Memory sees pixels, weights and the ten sums; the tensors between layers stay. Windows of 3 every 4 pixels, one pixel of padding,
  // read 2 + 6 x 3 = 20 rows and columns: 20 x 20 x 8 + 36 x 8 + 288 x 3 + 1280 x 3 + 10 x 24 = 8432 bits.
  expect(report.total.memoryBits).toBe(8432);
  expect(report.layers.map(({ keeps }) => keeps)).toEqual([
    { input: false, results: true },
    { input: true, results: true },
    { input: true, results: false },
  ]);
  const { points, ...others } = (read('s.json') as MappingSearchReport).proof;
  expect(Object.values(others).reduce((sum, part) => sum + part, 0)).toBe(points);
  expect(others.left).toBe(0);
});

test('a mapping edited by hand to be illegal is refused with the place and the rule', async () => {
  expect((await map('-o', 'm.json', '--no-compare', '--no-keep')).code).toBe(0);
  const saved = read('m.json') as NetworkMapping;
  const edited = (change: (layer: NetworkMapping['layers'][number]) => object, layer = 1): void =>
    write('edited.json', {
      ...saved,
      layers: saved.layers.map((one, i) => (i === layer ? change(one) : one)),
    });
  const refusal = async (): Promise<string> => {
    const ended = await map('--replay', 'edited.json', '--json', 'r.json');
    expect(ended.code).toBe(1);
    expect(() => readFileSync(at('r.json'))).toThrow();
    return ended.stderr;
  };
  edited((one) => ({ ...one, mapping: { ...one.mapping, tile: { ...one.mapping.tile, outputs: 9 } } }));
  const tile = await refusal();
  expect(tile).toContain('edited.json: layers.1.mapping.tile.outputs');
  expect(tile).toContain('is 9; the layer has 8 outputs per group');
  edited((one) => ({ ...one, keeps: { input: true, results: false } }));
  const kept = await refusal();
  expect(kept).toContain('edited.json: layers.0.keeps.results');
  expect(kept).toContain('is false, but keeps.input of the next layer is true');
  edited((one) => ({ ...one, mapping: { ...one.mapping, order: ['batch'] } }));
  expect(await refusal()).toContain('it must name each loop once');
});

test('an empty space names the layer, the buffer and both sizes; an impossible area names the least one', async () => {
  write('small.json', systemWith({ weights: 4 }));
  const ended = await map('--system', './small.json', '--json', 'r.json');
  expect([ended.code, ended.stdout]).toEqual([1, '']);
  // 3 x 3 taps x 8 bits, twice: double-buffered.
  expect(ended.stderr).toContain(
    "the smallest tile (one output, row, column and channel) needs 144 bits of buffer 'weight-buffer'",
  );
  expect(ended.stderr).toContain('which has 32');
  expect(ended.stderr).toContain('stem');
  const area = await map('--max-area', '0.1');
  expect(area.code).toBe(1);
  expect(area.stderr).toContain('one macro with the buffers takes');
});

test('a budget ends the search with the best so far and its gap; the Pareto set of the network is shown', async () => {
  const ended = await map('--budget', '1', '--no-compare');
  expect(ended.code).toBe(0);
  const words = ended.stdout.replace(/\s+/g, ' ');
  expect(words).toMatch(
    /The budget left [^:]* unseen: what is minimised, summed over layers, can be at most/,
  );
  // Spent before anything is looked at: every search goes on until it has a mapping.
  const spent = await map('--budget', '0.000001s', '-o', 'm.json');
  expect([spent.code, spent.stderr]).toEqual([0, '']);
  expect(spent.stdout).toContain('The budget left');
  expect(spent.stdout).not.toContain('too large for the buffer');
  expect((await map('--replay', 'm.json')).code).toBe(0);
  const pareto = await map('--objective', 'pareto', '--system', 'zhu2020-x16', '--search-json', 's.json');
  expect(pareto.code).toBe(0);
  const points = (read('s.json') as MappingSearchReport).pareto ?? [];
  expect(points.length).toBeGreaterThan(0);
  for (let i = 1; i < points.length; i++) {
    expect(points[i].energyPj).toBeGreaterThan(points[i - 1].energyPj);
    expect(points[i].latencyCycles).toBeLessThan(points[i - 1].latencyCycles);
  }
});
