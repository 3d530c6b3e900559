import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparisonSchema, runReportSchema, voltageSweepSchema } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();
const root = new URL('../../', import.meta.url).pathname;
const network = join(root, 'models/resnet8-w3a2.tally');

describe('tally sweep', () => {
  test('prints the published points among the others, and what is extrapolated', async () => {
    const { code, stdout, stderr } = await tally([
      'sweep',
      'zhu2020',
      '--from',
      '1',
      '--to',
      '1.25',
      '--steps',
      '5',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/ 1\.01 +40\.00 +1\.002 +86\.21 +11\.60 .*peak-efficiency/);
    expect(stdout).toMatch(/ 1\.23 +143\.0 +3\.581 .*peak-throughput/);
    expect(stdout).toMatch(/ 1\.1 .*between the points/);
    expect(stdout).toMatch(/ 1\.25 .*extrapolated/);
    expect(stdout).toContain('published peak-efficiency: 1.01 V, 40 MHz, 11.6 TOPS/W');
    expect(stdout).toContain('labels: clock calibrated, throughput calibrated, energy calibrated');
  });

  test('gives JSON of its schema, and the same SVG every time', async () => {
    const svg = [join(folder.path, 'one.svg'), join(folder.path, 'two.svg')];
    const json = await tally(['sweep', 'zhu2020', '--json', '--svg', svg[0]]);
    expect([json.code, json.stderr]).toEqual([0, '']);
    const sweep = voltageSweepSchema.parse(JSON.parse(json.stdout));
    expect(sweep.points).toHaveLength(15);
    expect((await tally(['sweep', 'zhu2020', '--svg', svg[1]])).code).toBe(0);
    const drawn = svg.map((path) => readFileSync(path, 'utf8'));
    expect(drawn[0]).toBe(drawn[1]);
    expect(drawn[0]).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    for (const label of ['clock (MHz)', 'throughput (GOPS)', 'macro efficiency (TOPS/W)']) {
      expect(drawn[0]).toContain(label);
    }
  });

  test.each([
    [
      ['--to', '1.5'],
      "error to.voltage: is 1.5 V, must be 0.909 to 1.353 V: 10 % around the operating points of chip 'zhu2020' [voltage-out-of-range]\n  fix   choose a voltage in this range, or give the chip a point at yours\n",
    ],
    [
      ['--from', '0.5'],
      "error from.voltage: is 0.5 V, must be above the effective threshold 0.87797 V of chip 'zhu2020' [voltage-below-threshold]\n  fix   raise the voltage\n",
    ],
  ])('refuses a supply outside the model: %j', async (flags, text) => {
    const ended = await tally(['sweep', 'zhu2020', ...flags, '--svg', join(folder.path, 'none.svg')]);
    expect(ended).toEqual({ code: 1, stdout: '', stderr: text });
    expect(() => readFileSync(join(folder.path, 'none.svg'))).toThrow();
  });

  test('has no curve for a chip that counts no entries', async () => {
    const ended = await tally(['sweep', 'kim2019']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe(
      'error kim2019: is a bit-serial array, which counts no entries: no network runs on it here [chip-without-entry-counting]\n' +
        '  fix   compare it with `tally reproduce` or `tally compare`, or name an entry-counting chip\n',
    );
  });
});

describe('tally compare', () => {
  test('shows every method on the reference workload, and the error of the second chip', async () => {
    const { code, stdout, stderr } = await tally(['compare', 'zhu2020', 'kim2019']);
    expect([code, stderr]).toEqual([0, '']);
    for (const method of ['ordered-pairs', 'weight-levels', 'bit-serial', 'dense-mac', 'lookup-mac']) {
      expect(stdout).toMatch(new RegExp(`  ${method} +65 +1\\.01  W3 x A2 `));
    }
    expect(stdout).toMatch(/kim2019 +65 +– +W1 x A1 +macro +117\.3 +31\.03 +−73\.55 %/);
    expect(stdout).toMatch(/zhu2020 +65 +1\.01 +W3 x A2 \(read so\) +macro +11\.60 +– +–/);
  });

  test('compares on a network as on the report of its run', async () => {
    const report = join(folder.path, 'report.json');
    const data = ['--data', 'fashion-mnist', '--images', '3'];
    const [ran, direct] = await Promise.all([
      tally(['run', network, ...data, '--json', report], { cwd: root }),
      tally(['compare', 'zhu2020', '--network', network, ...data, '--json'], { cwd: root }),
    ]);
    expect([ran.code, direct.code]).toEqual([0, 0]);
    const fromReport = await tally(['compare', 'zhu2020', '--run', report, '--json']);
    expect([fromReport.code, fromReport.stderr]).toEqual([0, '']);
    expect(fromReport.stdout).toBe(direct.stdout);
    const comparison = comparisonSchema.parse(JSON.parse(direct.stdout));
    expect(comparison.chips[0].work).toBe('resnet8-w3a2 on 3 images of fashion-mnist, mean per image');
  });

  test('refuses a run of another chip, a report that is none, a chip twice, half of an option pair', async () => {
    const broken = join(folder.path, 'broken.json');
    writeFileSync(broken, '{"kind":"tally-run-report"}');
    const malformed = await tally(['compare', 'zhu2020', '--run', broken]);
    expect([malformed.code, malformed.stderr]).toEqual([
      1,
      `error ${broken}: is not the report of a run [run-report-malformed]\n  fix   name the file that \`tally run ... --json FILE\` wrote, with this version\n`,
    ]);
    const twice = await tally(['compare', 'zhu2020', 'zhu2020']);
    expect([twice.code, twice.stderr]).toEqual([
      1,
      'error zhu2020: is chip zhu2020 a second time [chip-twice]\n  fix   name each chip once\n',
    ]);
    const half = await tally(['compare', 'zhu2020', '--network', network]);
    expect([half.code, half.stderr]).toEqual([
      2,
      'error --network needs --data\n(tally compare --help explains)\n',
    ]);
    // Without a network there is nothing to run on images, nor for threads to do.
    const unused = await tally(['compare', 'zhu2020', '--images', '3', '--threads', '2']);
    expect([unused.code, unused.stdout, unused.stderr]).toEqual([
      2,
      '',
      'error --images and --threads need --network\n(tally compare --help explains)\n',
    ]);
  });
});

describe('tally reproduce', () => {
  test('predicts the second chip, its residuals shown', async () => {
    const { code, stdout } = await tally(['reproduce', 'kim2019', '--json']);
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { figure: string; residual: number; calibrated: string[] }[];
    expect(rows.map(({ figure, residual }) => [figure, Number(residual.toFixed(3))])).toEqual([
      ['Macro energy efficiency, 1 bit', -0.735],
      ['Macro energy efficiency, 16 bit', -0.686],
      ['Efficiency at 1 bit / at 16 bit', -0.156],
      ['Macro area', 0.427],
    ]);
    expect(rows.every(({ calibrated }) => calibrated.length === 0)).toBe(true);
  });
});

describe('tally run', () => {
  test('says how far its energy may lie', async () => {
    const { code, stdout } = await tally(['run', network, '--data', 'fashion-mnist', '--images', '2'], {
      cwd: root,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('How far the figures may lie, per image');
    expect(stdout).toMatch(/energy \(macro\) +as in the table +µJ/);
    expect(stdout).toMatch(/energy \(macro\) +fitted again +µJ/);
    expect(stdout).toContain('What matters most, from its low to its high end:');
  });

  test('samples what is asked for: the same seed, the same figures', async () => {
    const sampled = async (seed: string) => {
      const flags = ['--samples', '50', '--seed', seed, '--spread', 'triangular', '--json', '-'];
      const { stdout } = await tally(['run', network, '--data', 'fashion-mnist', '--images', '1', ...flags], {
        cwd: root,
      });
      return runReportSchema.parse(JSON.parse(stdout)).uncertainty;
    };
    const [once, again, other] = [await sampled('5'), await sampled('5'), await sampled('6')];
    expect(once).toMatchObject({ samples: 50, seed: 5, distribution: 'triangular' });
    expect(again).toEqual(once);
    expect(other?.figures[0].sampled).not.toEqual(once?.figures[0].sampled);
  });
});
