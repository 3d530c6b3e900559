import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chipPreset, encodeNetwork, macroSpec, runReportSchema } from '@tally/core';
import { tally, temporaryFolder, type Ended } from './support/tally.ts';
import { tinyNetwork, writeTinyDataset } from './support/tiny.ts';

const folder = temporaryFolder();

function setUp(): void {
  mkdirSync(join(folder.path, 'out'));
  writeFileSync(join(folder.path, 'net.tally'), encodeNetwork(tinyNetwork()));
  writeTinyDataset(folder.path);
}

function simulate(...options: string[]): Promise<Ended> {
  return tally(['simulate', 'net.tally', '--data', 'images', ...options], { cwd: folder.path });
}

/** The layers' ids, cycles and predicted cycles in a report. */
function cyclesOf(json: string): readonly (readonly [string, number, number])[] {
  const report = JSON.parse(json) as {
    readonly layers: readonly {
      readonly id: string;
      readonly cycles: number;
      readonly predictedCycles: number;
    }[];
  };
  return report.layers.map(({ id, cycles, predictedCycles }) => [id, cycles, predictedCycles]);
}

test('every layer takes the cycles that the model predicts, by either engine', async () => {
  setUp();
  // zhu2020: a vector takes 10 cycles, a window 2 more, a layer 9 to fill and drain.
  // stem: 4 x 7 x 7 outputs of 9 entries, 4 x 4 digit passes: 196 x 16 x (10 + 2) + 9 = 37,641
  // body: 8 x 4 x 4 outputs of 36 entries, one pass: 128 x 12 + 9 = 1,545
  // classifier: 10 outputs of 128 entries: 10 x 12 + 9 = 129
  const expected = [
    ['stem', 37_641, 37_641],
    ['body', 1545, 1545],
    ['classifier', 129, 129],
  ];
  for (const options of [
    ['--engine', 'clock'],
    ['--dataflow', 'output-stationary'],
  ]) {
    const ended = await simulate(...options, '--image', '3', '--json', '-');
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    expect(cyclesOf(ended.stdout)).toEqual(expected);
  }
});

test('prints the table, writes JSON and the waveform of a layer', async () => {
  setUp();
  const ended = await simulate(
    ...['--layer', 'body', '--vcd', 'out/body.vcd', '--signals', 'ml_pos_q,vsum_q', '--window', '2:40'],
    ...['--json', 'out/r.json'],
  );
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('tiny on zhu2020, clock by clock');
  expect(ended.stdout).toMatch(/cycles\s+1.545; the model predicts 1.545, exactly/);
  expect(ended.stdout).toMatch(/body\s+codes\s+128\s+128\s+1.545\s+1.545/);
  expect(readdirSync(join(folder.path, 'out')).sort()).toEqual(['body.vcd', 'r.json']);
  expect(cyclesOf(readFileSync(join(folder.path, 'out/r.json'), 'utf8'))).toEqual([['body', 1545, 1545]]);
  const vcd = readFileSync(join(folder.path, 'out/body.vcd'), 'utf8');
  expect(vcd).toContain('$enddefinitions $end');
  const { entries, partialSumBits } = macroSpec(chipPreset('zhu2020'));
  expect(vcd).toMatch(new RegExp(`\\$var \\w+ ${entries} \\S+ ml_pos_q`));
  expect(vcd).toMatch(new RegExp(`\\$var \\w+ ${partialSumBits} \\S+ vsum_q`));
  expect(vcd).not.toContain('cnt_pos_q');
});

interface PricedReport {
  readonly energy: {
    readonly actions: Readonly<Record<string, number>>;
    readonly energy: { readonly totalPj: number };
    readonly terms: readonly { readonly name: string; readonly count: number; readonly energyPj: number }[];
    readonly dataDependentPj: number;
  };
  readonly operatingPoint: { readonly voltageV: number };
}

test('prices what it counted: the energy of tally run, and what the data change of it', async () => {
  setUp();
  const at = ['--voltage', '1.1', '--clock', '80'];
  const simulated = await simulate(...at, '--image', '0', '--dataflow', 'weight-stationary', '--json', '-');
  expect(simulated.stderr).toBe('');
  const { energy: measured, operatingPoint } = JSON.parse(simulated.stdout) as PricedReport;
  expect(operatingPoint.voltageV).toBe(1.1);
  const run = ['run', 'net.tally', '--data', 'images', '--images', '1', ...at, '--json', '-'];
  const ended = await tally(run, { cwd: folder.path });
  expect(ended.stderr).toBe('');
  const { total } = JSON.parse(ended.stdout) as {
    readonly total: Pick<PricedReport['energy'], 'actions' | 'energy'>;
  };
  expect(measured.actions).toEqual(total.actions);
  expect(measured.energy).toEqual(total.energy);
  const changed = measured.terms.reduce((sum, { energyPj }) => sum + energyPj, 0);
  expect(measured.dataDependentPj).toBe(measured.energy.totalPj + changed);
  const terms = Object.fromEntries(measured.terms.map(({ name, count }) => [name, count]));
  // stem: 3,136 vectors of 9 entries in use of 128; body: 128 of 36; classifier: 10 of 128. Nine keys of 4 bits each.
  expect(terms['entries not in use']).toBe((3136 * (128 - 9) + 128 * (128 - 36)) * 9 * 4);
  expect(terms['match lines that stay up']).toBe(0);
  expect(terms['residual, fitted again']).toBe(37_641 + 1545 + 129);
});

test('tally run --simulate: the first image clock by clock, in table, JSON and page', async () => {
  setUp();
  const run = ['run', 'net.tally', '--data', 'images', '--images', '1', '--simulate'];
  const ended = await tally([...run, '--json', 'out/r.json', '--html', 'out/r.html'], { cwd: folder.path });
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  const { simulated, total } = runReportSchema.parse(
    JSON.parse(readFileSync(join(folder.path, 'out/r.json'), 'utf8')),
  );
  // One image was run: what it costs clock by clock is what it costs.
  expect(simulated?.energyPj).toBe(total.energy.totalPj);
  expect(simulated?.cycles).toBe(total.cycles);
  expect(simulated?.terms.map(({ name }) => name)).toEqual([
    'entries not in use',
    'searches skipped',
    'match lines that stay up',
    'counters',
    'class product',
    'vector sum',
    'residual, fitted again',
  ]);
  expect(ended.stdout).toContain('What the data change, image 0 clock by clock');
  expect(ended.stdout).toMatch(/macro\s+with the data\s+−\d/);
  const page = readFileSync(join(folder.path, 'out/r.html'), 'utf8');
  expect(page).toContain('What the data change</h2>');
  expect(page).toContain('Image 0 in 39\u202f315 clocks of the simulated macro'); // 37,641 + 1,545 + 129
  expect(page).toContain('--simulate');
});

test('shows the energy with labels, of a layer and with a table that nothing was fitted to', async () => {
  setUp();
  const ended = await simulate('--layer', 'body', '--tech', 'unit');
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  // 128 vectors x 9 keys x 128 entries x 4 bits at 1 pJ = 589,824 pJ; entries 36 to 127 are 92 / 128 of it, 423,936 pJ
  expect(ended.stdout).toMatch(/search\s+entry bits searched\s+589.824\s+589\.82\s+reconstructed/);
  expect(ended.stdout).toMatch(
    /search\s+entries not in use, entry bits\s+423.936\s+−423\.94\s+reconstructed/,
  );
  expect(ended.stdout).toMatch(/macro\s+as tally run prices it/);
  expect(ended.stdout).toMatch(/macro\s+with the data\s+−\d/);
  expect(ended.stdout).not.toContain('residual, fitted again');
});

test('refuses what is not there, and writes nothing', async () => {
  setUp();
  const refused = async (text: string, ...options: string[]): Promise<void> => {
    const ended = await simulate(...options, '--json', 'out/r.json');
    expect(ended.stderr).toBe(text);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    expect(readdirSync(join(folder.path, 'out'))).toEqual([]);
  };
  await refused(
    "error --layer: 'bdy' is no conv or fully-connected node of tiny [unknown-layer]\n  fix   did you mean body? (known: stem, body, classifier)\n",
    ...['--layer', 'bdy'],
  );
  await refused(
    'error --image: is 6, the data set images has 6 images, numbered from 0 [no-such-image]\n  fix   give at most 5\n',
    ...['--image', '6'],
  );
  await refused(
    'error --tech: there is no tech preset named unti [unknown-tech]\n  fix   did you mean unit? (known: unit, zhu2020-65nm), or name a .json file\n',
    ...['--tech', 'unti'],
  );
  await refused(
    "error --point: chip 'zhu2020' has no operating point 'peak' [unknown-operating-point]\n  fix   did you mean peak-throughput? (known: peak-throughput, peak-efficiency), or give --voltage and --clock\n",
    ...['--point', 'peak'],
  );
  await refused(
    'error nowhere/x.vcd: the folder nowhere does not exist [output-not-writable]\n  fix   create it first: mkdir -p nowhere\n',
    ...['--layer', 'body', '--vcd', 'nowhere/x.vcd'],
  );
  // body takes 128 x 12 + 9 = 1,545 clocks.
  await refused(
    'error --window 1545:1600: layer body has clocks 0 to 1544 [window-out-of-range]\n  fix   give a window that begins within the layer\n',
    ...['--layer', 'body', '--vcd', 'out/x.vcd', '--window', '1545:1600'],
  );
  await refused(
    "error --signals 'vsum_p': no signal of the macro is meant [no-such-signal]\n  fix   did you mean vsum_q?\n",
    ...['--layer', 'body', '--vcd', 'out/x.vcd', '--signals', 'ml_*,vsum_p'],
  );
  await refused(
    "error signals 'nothing_*': no signal of the macro is meant [no-such-signal]\n  fix   use names such as cmd_ready, psum_ready, busy, ml_*, accumulate.*\n",
    ...['--layer', 'body', '--vcd', 'out/x.vcd', '--signals', 'nothing_*'],
  );
});

test('wrong command lines say what is wrong', async () => {
  setUp();
  for (const [options, text] of [
    [['--vcd', 'out/x.vcd'], '--vcd needs --layer'],
    [['--clock', '40'], '--clock needs --voltage'],
    [['--window', '0:9'], '--signals and --window need --vcd'],
    [
      ['--layer', 'body', '--vcd', 'out/x.vcd', '--window', '9:0'],
      'give FROM:TO, two clocks of the layer, as in 0:99.',
    ],
    [
      ['--dataflow', 'row-stationary'],
      'Allowed choices are weight-stationary, output-stationary, input-stationary.',
    ],
  ] as const) {
    const ended = await simulate(...options);
    expect(ended.stderr).toContain(text);
    expect(ended.code).toBe(2);
  }
  expect(readdirSync(join(folder.path, 'out'))).toEqual([]);
});
