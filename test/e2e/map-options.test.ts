import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  chipPreset,
  encodeNetwork,
  mappingReportSchema,
  mappingSearchReportSchema,
  systemPreset,
  type MappingReport,
  type NetworkMapping,
  type RunReport,
  type System,
} from '@tally/core';
import { tally, temporaryFolder, type Ended } from './support/tally.ts';
import { tinyNetwork, writeTinyDataset } from './support/tiny.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const bytes = (name: string): string => readFileSync(at(name), 'utf8');
const read = (name: string): unknown => JSON.parse(bytes(name));
const report = (name: string): MappingReport => mappingReportSchema.parse(read(name));
const tallyHere = (...args: string[]): Promise<Ended> => tally(args, { cwd: folder.path });
const map = (...options: string[]): Promise<Ended> => tallyHere('map', 'net.tally', ...options);

async function done(ended: Promise<Ended>): Promise<Ended> {
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, '']);
  return { code, stdout, stderr };
}

beforeEach(() => writeFileSync(at('net.tally'), encodeNetwork(tinyNetwork())));

test('--html is one self-contained page, the same bytes again; a saved mapping has a page of its own', async () => {
  await done(map('--html', 'a.html', '-o', 'm.json', '--html-samples', '50', '--threads', '1'));
  await done(map('--html', 'b.html', '--html-samples', '50', '--threads', '2'));
  const page = bytes('a.html');
  expect(bytes('b.html') === page).toBe(true);
  expect(/(?:src|href)=|url\(|@import|<script/.exec(page)).toBeNull();
  for (const id of [
    'traffic-by-tier',
    'energy-by-part',
    'busy-tiers',
    'roofline',
    'search-funnel',
    'best-against-random',
    'intervals',
  ])
    expect(page).toContain(`<figure id="${id}"`);
  expect(page).toContain('The best is proven.');
  expect(page).toContain('50 mappings per layer drawn from all that fit into the buffers');
  // Memory traffic of this network by hand: test/e2e/map.test.ts.
  expect(page).toContain('<span class="value">8.43</span><span class="unit">kbit</span>');

  await done(map('--replay', 'm.json', '--html', 'replay.html', '--html-samples', '0'));
  const saved = bytes('replay.html');
  expect(saved).toContain('saved mapping');
  // The command on the page makes the page again.
  const command = /<dt>command<\/dt><dd><code>tally ([^<]*)<\/code>/.exec(page)?.[1] ?? '';
  expect(command).toContain('--html map.html --html-samples 50 --seed 1');
  await done(tallyHere(...command.split(' ')));
  expect(bytes('map.html') === page).toBe(true);
  expect(saved).not.toContain('id="search-funnel"');
  expect(saved).not.toContain('id="best-against-random"');
  expect(saved).toContain('<span class="value">8.43</span><span class="unit">kbit</span>');

  await done(map('--html', 'seed.html', '--html-samples', '50', '--seed', '2', '--no-compare'));
  expect(bytes('seed.html')).toContain('every one equally likely, seed 2');
});

test('the JSON of both reports is what docs/schema says, on standard output too', async () => {
  const ended = await done(map('--no-compare', '--json', '-', '--search-json', 's.json'));
  const printed = mappingReportSchema.parse(JSON.parse(ended.stdout));
  const search = mappingSearchReportSchema.parse(read('s.json'));
  expect(printed.layers.map(({ mapping }) => mapping)).toEqual(
    search.mapping.layers.map(({ mapping }) => mapping),
  );
  await done(map('--objective', 'pareto', '--search-json', 'p.json'));
  expect(mappingSearchReportSchema.parse(read('p.json')).pareto).not.toBeNull();
});

test('--tech unit beside the pJ of a system is said in terminal, page and JSON', async () => {
  const options = ['--tech', 'unit', '--no-compare', '--html-samples', '0', '--threads', '1'];
  const { stdout } = await done(map(...options, '--json', 'r.json', '--html', 'p.html'));
  const said = report('r.json').notes.find((note) =>
    note.startsWith("Table 'unit' takes 1 for every action"),
  );
  expect(said).toContain("buffers, wires and memory of system 'zhu2020' cost pJ: energy, energy × time and");
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`• ${said}`);
  expect(bytes('p.html')).toContain(`<li>${said?.replaceAll("'", '&#39;')}</li>`);
});

test('--run takes the matches that a run of the network counted: other energy, same best mapping', async () => {
  writeTinyDataset(folder.path, 4);
  await done(tallyHere('run', 'net.tally', '--data', 'images', '--json', 'run.json'));
  await done(map('--no-compare', '-o', 'assumed.json', '--json', 'a.json'));
  await done(map('--no-compare', '--run', 'run.json', '-o', 'counted.json', '--json', 'c.json'));
  expect(bytes('counted.json')).toBe(bytes('assumed.json'));

  const run = read('run.json') as RunReport;
  const counted = report('c.json');
  const assumed = report('a.json');
  expect([assumed.matches.kind, counted.matches.kind]).toEqual(['assumed', 'run']);
  const matches = run.layers.reduce(
    (sum, layer) => sum + (layer.schemes.find(({ scheme }) => scheme === run.chip.scheme)?.matches ?? 0),
    0,
  );
  // Pairs that are not padding, per image; stem, body and classifier: docs/mapping.md's "touched" x outputs x digit pairs.
  const pairs = run.layers.reduce(
    (sum, { pairCounts }) => sum + (pairCounts.pairs - pairCounts.paddingPairs),
    0,
  );
  expect(counted.matches.share).toBeCloseTo(matches / pairs, 12);
  expect(counted.total.energy.macroPj).not.toBe(assumed.total.energy.macroPj);
  expect(counted.total.energy.memoryPj).toBe(assumed.total.energy.memoryPj);
  expect(counted.total.memoryBits).toBe(assumed.total.memoryBits);

  writeFileSync(at('none.json'), '{}');
  expect((await map('--run', 'none.json')).stderr).toBe(
    'error none.json: is not the report of a run [run-report-malformed]\n' +
      '  fix   name the file that `tally run ... --json FILE` wrote, with this version\n',
  );

  const other = { ...run, network: { ...run.network, hash: '0'.repeat(64) } };
  writeFileSync(at('other.json'), JSON.stringify(other));
  const refused = await map('--run', 'other.json');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('network.hash');
  expect(refused.stderr).toContain('give the report of a run of this network');
});

test('--batch maps images together: weights are read once for all of them', async () => {
  await done(map('--no-compare', '--objective', 'traffic', '--json', 'one.json'));
  await done(
    map('--no-compare', '--objective', 'traffic', '--batch', '3', '-o', 'm.json', '--json', 'three.json'),
  );
  const [one, three] = [report('one.json'), report('three.json')];
  expect(three.batch).toBe(3);
  expect(three.total.macs).toBe(3 * one.total.macs);
  // One image: 20 x 20 x 8 bits of pixels, 36 x 8 + 288 x 3 + 1280 x 3 of weights, 10 x 24 of sums.
  expect(one.total.memoryBits).toBe(3200 + 4992 + 240);
  expect(three.total.memoryBits).toBe(3 * 3200 + 4992 + 3 * 240);
  // The batch is part of the file: another one is refused.
  await done(map('--batch', '3', '--replay', 'm.json', '--json', 'again.json'));
  expect(bytes('again.json')).toBe(bytes('three.json'));
  const refused = await map('--replay', 'm.json');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toBe(
    'error m.json: batch: is 3, but the network is to be run for 1 image [batch-differs]\n' +
      '  fix   run the batch that the mapping was made for, or map anew\n',
  );
});

test('--max-area uses as many macros as fit, and says when there is none', async () => {
  const sixteen = ['--system', 'zhu2020-x16', '--no-compare', '--no-keep'];
  await done(map(...sixteen, '--json', 'all.json'));
  const all = report('all.json');
  expect(all.system.macros).toBe(16);
  const macro = all.areaMm2.macros / 16;
  const limit = all.areaMm2.buffers + 5.5 * macro;
  await done(map(...sixteen, '--max-area', limit.toFixed(4), '--json', 'five.json', '-o', 'm.json'));
  const five = report('five.json');
  expect(five.areaMm2.total).toBeLessThanOrEqual(limit);
  expect(five.areaMm2.total + macro).toBeGreaterThan(limit);
  const used = (read('m.json') as NetworkMapping).layers.map(
    ({ mapping: { split } }) => split.outputs * split.pixels,
  );
  expect(Math.max(...used)).toBeLessThanOrEqual(5);
  expect(five.total.latencyCycles).toBeGreaterThanOrEqual(all.total.latencyCycles);
  const refused = await map(...sixteen, '--max-area', '0.5', '--json', 'none.json');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('--max-area');
  expect(refused.stderr).toContain('one macro with the buffers takes');
});

/** The one-macro system with one buffer of so many bytes. */
function systemWith(operand: 'weights' | 'activations' | 'partialSums', capacity: number): System {
  const system = systemPreset('zhu2020');
  return {
    ...system,
    buffers: system.buffers.map((buffer) =>
      buffer.operands.includes(operand)
        ? { ...buffer, capacity: { ...buffer.capacity, value: capacity } }
        : buffer,
    ),
  };
}

test.each([
  // 3 x 3 inputs x 8 bits, twice: double-buffered.
  ['activations', 17, 'stem', 'activation-buffer', 144, 136],
  // One sum of 24 bits, twice: where results are not codes.
  ['partialSums', 5, 'classifier', 'sum-buffer', 48, 40],
] as const)(
  'a space that the buffer for %s empties is an error that names it',
  async (operand, capacity, layer, buffer, needs, has) => {
    writeFileSync(at('small.json'), JSON.stringify(systemWith(operand, capacity)));
    const ended = await map('--system', './small.json', '--json', 'r.json', '--html', 'r.html');
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain(`needs ${needs} bits of buffer '${buffer}'`);
    expect(ended.stderr).toContain(`which has ${has}`);
    expect(ended.stderr).toContain(`${layer}: the smallest tile`);
    for (const file of ['r.json', 'r.html']) expect(() => bytes(file)).toThrow();
  },
);

test('a chip that no system preset has the name of needs a system', async () => {
  writeFileSync(at('mine.json'), JSON.stringify({ ...chipPreset('zhu2020'), name: 'mine' }));
  const ended = await map('--chip', 'mine.json');
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr:
      "error --system: is not given: the default is the preset with the name of the chip, and there is none for chip 'mine' [no-system-for-chip]\n" +
      '  fix   name a system file for this chip (docs/howto/add-a-system.md)\n',
  });
});

test.each([
  [['--batch', '0'], "option '--batch <n>'"],
  [['--budget', 'soon'], 'give a number of evaluations (20000) or seconds (5s)'],
  [['--clock', '40'], '--clock needs --voltage'],
  [
    ['--replay', 'm.json', '--search-json', 's.json'],
    'error a replay searches nothing: leave out --replay, or --search-json\n',
  ],
  [
    [
      ...[
        '--replay',
        'm.json',
        '--objective',
        'edp',
        '--dataflow',
        'weight-stationary',
        '--max-area',
        '0.01',
      ],
      ...['--budget', '5s', '--no-keep', '--no-compare'],
    ],
    'leave out --replay, or --objective, --dataflow, --max-area, --budget, --no-keep, --no-compare\n',
  ],
  [
    ['--seed', '2', '--html-samples', '9'],
    'error --html-samples, --seed: mappings are drawn for the page only',
  ],
  [
    ['--seed', '2', '--json', 'r.json'],
    'error --seed: mappings are drawn for the page only, name it with --html',
  ],
  [['--objective', 'speed'], 'Allowed choices are edp, energy, latency, traffic, pareto'],
  [['--dataflow', 'weight'], 'weight-stationary'],
  [['--system', 'zhu2020-x17'], 'zhu2020-x16'],
  [['--point', 'peak'], 'peak-efficiency'],
  [['--max-area', '-1'], "option '--max-area <mm2>'"],
  [['--html', 'page.html', '--json', 'page.html'], 'page.html'],
] as const)('%j is refused with a word on what to do', async (options, words) => {
  const ended = await map(...options);
  expect(ended.code).not.toBe(0);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toContain(words);
});
