import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeNetwork, macroSpec, parseTech } from '@tally/core';
import type { SynthesisReport } from '../../packages/cli/src/synth/report.ts';
import { tally, type Ended } from '../e2e/support/tally.ts';
import { tinyNetwork, writeTinyDataset } from '../e2e/support/tiny.ts';
import { noSynthesis, TINY, title } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-synth-test-'));
const at = (name: string): string => join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const readJson = (name: string): unknown => JSON.parse(readFileSync(at(name), 'utf8'));

/** What of `tally run --json` is looked at. */
interface Priced {
  readonly tech: unknown;
  readonly operatingPoint: { readonly voltageV: number };
  readonly layers: readonly {
    readonly actions: Readonly<Record<'matches' | 'loadedBits' | 'searchedBits', number>>;
    readonly energy: { readonly byComponentPj: Readonly<Record<'count' | 'load' | 'search', number>> };
  }[];
}

/** Third-party programs run once; every test looks at what came of it. */
describe.skipIf(noSynthesis)(title('tally synth'), { timeout: 600_000 }, () => {
  let ended: Ended;
  let report: SynthesisReport;

  beforeAll(async () => {
    writeFileSync(at('tiny.json'), JSON.stringify(TINY));
    writeFileSync(at('net.tally'), encodeNetwork(tinyNetwork()));
    writeTinyDataset(folder);
    const inputs = ['tiny.json', '--network', 'net.tally', '--data', 'images', '--layer', 'body'];
    const options = ['--clocks', '400', '--clock-mhz', '100', '--verify'];
    const outputs = ['-o', 'out', '--json', 'report.json', '--tech-out', 'table.json'];
    ended = await tally(['synth', ...inputs, ...options, ...outputs], { cwd: folder });
    expect(ended.code, ended.stderr).toBe(0);
    report = readJson('report.json') as SynthesisReport;
  }, 600_000);

  test('reports area, path, power and vectors', () => {
    expect(ended.stderr).toBe('');
    expect(ended.stdout).toContain('tiny, 8 entries, synthesised');
    for (const line of [
      /\n {2}tally_weight_cam_row +2 /,
      /\n {2}library +osu018_stdcells, 1\.8 V, 25 °C\n/,
      /\n {2}clock +100\.0 MHz\n/,
      /\n {2}longest path +[\d.]+ ns with set-up, slack [\d.]+ ns \(met\): [\d.]+ MHz at most\n/,
      /\n {2}power +[\d.]+ mW: clock pins /,
      /\n {2}workload +layer body of tiny, image 0, 397 clocks, /,
      /\n {2}vectors +800 clocks equal to the simulator; 800 on the library's Verilog cells from unknown flip-flops\n/,
      /\n {2}yosys +[\d.]+ s, [\d.]+ MiB\n/,
      /label of every figure: synthesised\./,
      /✓ out\n {2}✓ report\.json\n {2}✓ table\.json\n$/,
    ]) {
      expect(ended.stdout).toMatch(line);
    }
  });

  test('modules add up, to as many flip-flops as the circuit has state', () => {
    const sum = (of: (module: SynthesisReport['modules'][number]) => number): number =>
      report.modules.reduce((total, module) => total + of(module), 0);
    expect(sum(({ cells }) => cells)).toBe(report.cells);
    expect(sum(({ flipFlops }) => flipFlops)).toBe(report.flipFlops);
    expect(sum(({ areaUm2 }) => areaUm2)).toBeCloseTo(report.areaUm2, 3);
    expect(sum(({ power }) => power.totalW)).toBeCloseTo(report.power.totalW, 9);
    const flipFlops = (name: string): number | undefined =>
      report.modules.find(({ module }) => module === name)?.flipFlops;
    // Two rows of 8 weights of 3 bits, of 8 activations of 2 bits; 16 slots of 3 thresholds and a direction.
    expect(flipFlops('tally_weight_cam_row')).toBe(2 * 8 * 3);
    expect(flipFlops('tally_activation_cam_row')).toBe(2 * 8 * 2);
    const { thresholds, thresholdBits, thresholdSlots, partialSumBits } = macroSpec(TINY);
    expect(flipFlops('tally_threshold_unit')).toBe(thresholdSlots * (thresholds * thresholdBits + 1));
    // The library's one D flip-flop has 96 um2.
    expect(report.partialSumAreaUm2).toBe(2 * partialSumBits * 96);
    expect(report.timing).toMatchObject({ periodNs: 10 });
    expect(report.check).toEqual({ clocks: 800, gateLevel: { clocks: 800, start: 'unknown' } });
    expect(report.tools.map(({ tool }) => tool)).toEqual([
      'yosys',
      'sta',
      'iverilog + vvp',
      'iverilog + vvp',
    ]);
  });

  test('the folder has what was read and written, and nothing lies beside it', () => {
    expect(readdirSync(at('out')).sort()).toEqual([
      'README.md',
      'abc.constr',
      'constraints.sdc',
      'netlist.v',
      'rtl',
      'sta.log',
      'statistics.txt',
      'synthesis.json',
      'synthesise.ys',
      'timing.tcl',
      'yosys.log',
    ]);
    expect(readJson('out/synthesis.json')).toEqual(report);
    expect(readFileSync(at('out/netlist.v'), 'utf8')).toContain('module tally_core(');
    expect(readFileSync(at('out/sta.log'), 'utf8')).toContain('slack (MET)');
    expect(readFileSync(at('out/sta.log'), 'utf8')).not.toContain('Warning: timing.tcl');
    expect(readdirSync(folder).filter((name) => name.startsWith('.') || name.startsWith('tally-'))).toEqual(
      [],
    );
  });

  test('the scripts run again as the README says, to the same netlist and the same path', () => {
    cpSync(at('out'), at('again'), { recursive: true });
    for (const made of ['netlist.v', 'statistics.txt', 'yosys.log']) rmSync(at(`again/${made}`));
    const readme = readFileSync(at('again/README.md'), 'utf8');
    expect(readme).toContain('# tally_core of tiny in cells of osu018_stdcells\n');
    const commands = readme.split('\n').filter((line) => line.startsWith('    '));
    expect(commands).toHaveLength(3);
    const output = execFileSync('sh', ['-e', '-c', commands.join('\n')], {
      cwd: at('again'),
      encoding: 'utf8',
    });
    expect(readFileSync(at('again/netlist.v'), 'utf8')).toBe(readFileSync(at('out/netlist.v'), 'utf8'));
    expect(output).toBe(readFileSync(at('out/sta.log'), 'utf8'));
  });

  test('tally run prices a network by the table', async () => {
    const table = parseTech(readJson('table.json'), 'table.json');
    expect(table).toMatchObject({ name: 'tiny-osu018-stdcells', node: { value: 180 } });
    expect(table.energies.matches.label).toBe('synthesised');
    const priced = await tally(
      ['run', 'net.tally', '--data', 'images', '--chip', 'tiny.json', '--tech', 'table.json', '--json', '-'],
      { cwd: folder },
    );
    expect(priced.code, priced.stderr).toBe(0);
    const { tech, operatingPoint, layers } = JSON.parse(priced.stdout) as Priced;
    expect(tech).toEqual({ name: 'tiny-osu018-stdcells', nodeNm: 180 });
    // Energies at the library's 1.8 V, scaled to the chip's operating point.
    const scale = (operatingPoint.voltageV / 1.8) ** 2;
    for (const { actions, energy } of layers) {
      expect(actions.loadedBits).toBeGreaterThan(0);
      const priceOf = (action: 'matches' | 'loadedBits' | 'searchedBits') =>
        actions[action] * table.energies[action].value * scale;
      expect(energy.byComponentPj.count / priceOf('matches')).toBeCloseTo(1, 9);
      expect(energy.byComponentPj.load / priceOf('loadedBits')).toBeCloseTo(1, 9);
      expect(energy.byComponentPj.search / priceOf('searchedBits')).toBeCloseTo(1, 9);
    }
  });
});
