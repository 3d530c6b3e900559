import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { NetActivity } from './gate-simulator.ts';
import { toLibrary } from './library.ts';
import { parseLiberty } from './liberty.ts';
import { readNetlist, type Netlist } from './netlist.ts';
import { powerByModule, totalPower, type Power } from './power.ts';
import {
  CONSTRAINTS,
  readTiming,
  synthesisConstraints,
  TIMING_ERRORS,
  TIMING_SCRIPT,
  timingScript,
  type StaPower,
} from './timing-analysis.ts';
import { missingSynthesisTools } from './tools.ts';
import { TOY_LIBRARY } from './toy-library.test-support.ts';
import { FILES, TOP } from './yosys.ts';

const missing = missingSynthesisTools(['sta']);
const skipped = missing.length > 0 ? ` (skipped: apt-get install ${missing.join(' ')})` : '';

/** OpenSTA wants a delay model and thresholds, and takes the voltage from operating conditions alone. */
const LIBERTY = TOY_LIBRARY.replace(
  'nom_voltage : 2;',
  `nom_voltage : 2; delay_model : table_lookup; voltage_unit : "1V"; current_unit : "1mA";
  input_threshold_pct_rise : 50; output_threshold_pct_rise : 50; slew_lower_threshold_pct_rise : 20; slew_upper_threshold_pct_rise : 80;
  input_threshold_pct_fall : 50; output_threshold_pct_fall : 50; slew_lower_threshold_pct_fall : 20; slew_upper_threshold_pct_fall : 80;
  operating_conditions (typical) { process : 1; voltage : 2; temperature : 25; }
  default_operating_conditions : typical;`,
);
const library = toLibrary(parseLiberty(LIBERTY, 'toy.lib'), 'toy.lib');

const folder = mkdtempSync(join(tmpdir(), 'tally-power-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A cell: type, and net by pin. */
type Instance = readonly [type: string, nets: Readonly<Record<string, string>>];

const PORTS = ['clk', 'go[0]', 'go[1]', 'busy'];

/** The same circuit as Yosys's JSON and as Verilog. */
function circuit(instances: readonly Instance[]): { readonly netlist: Netlist; readonly verilog: string } {
  const names = [...new Set([...PORTS, ...instances.flatMap(([, nets]) => Object.values(nets))])];
  const bit = (name: string): number => 2 + names.indexOf(name);
  const ports = {
    clk: { direction: 'input', bits: [bit('clk')] },
    go: { direction: 'input', bits: [bit('go[0]'), bit('go[1]')] },
    busy: { direction: 'output', bits: [bit('busy')] },
  };
  const cells = Object.fromEntries(
    instances.map(([type, nets], i) => [
      `u${i}`,
      {
        type,
        connections: Object.fromEntries(Object.entries(nets).map(([pin, net]) => [pin, [bit(net)]])),
      },
    ]),
  );
  const wires = names.filter((name) => !PORTS.includes(name));
  const verilog = [
    `module ${TOP} (clk, go, busy);`,
    'input clk; input [1:0] go; output busy;',
    ...wires.map((name) => `wire ${name};`),
    ...instances.map(
      ([type, nets], i) =>
        `${type} u${i} (${Object.entries(nets)
          .map(([pin, net]) => `.${pin}(${net})`)
          .join(', ')});`,
    ),
    'endmodule',
    '',
  ].join('\n');
  return {
    netlist: readNetlist({ modules: { [TOP]: { ports, cells, netnames: {} } } }, TOP, library),
    verilog,
  };
}

/** Both powers of a circuit at 1 GHz, with transitions and high clocks of nets in 100 clocks. */
function powers(
  instances: readonly Instance[],
  activityOf: Readonly<Record<string, readonly [toggles: number, high: number]>>,
): { readonly ours: Power; readonly theirs: StaPower; readonly flipFlops: number } {
  const { netlist, verilog } = circuit(instances);
  const nets = new Map<string, number>();
  netlist.inputs.get('go')?.forEach((net, i) => nets.set(`go[${i}]`, net));
  instances.forEach(([, pins], i) => {
    for (const [pin, name] of Object.entries(pins)) nets.set(name, netlist.cells[i].nets.get(pin) ?? -1);
  });
  const activity: NetActivity = {
    clocks: 100,
    toggles: new Float64Array(netlist.nets),
    high: new Float64Array(netlist.nets),
  };
  for (const [name, [toggles, high]] of Object.entries(activityOf)) {
    const net = nets.get(name) ?? -1;
    activity.toggles[net] = toggles;
    activity.high[net] = high;
  }
  const files = [
    [FILES.library, LIBERTY],
    [FILES.netlist, verilog],
    [CONSTRAINTS, synthesisConstraints(netlist, 1)],
    [TIMING_SCRIPT, timingScript(netlist, activity)],
  ] as const;
  for (const [path, text] of files) writeFileSync(join(folder, path), text);
  const { stdout, stderr } = spawnSync('sta', ['-no_splash', '-exit', TIMING_SCRIPT], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).not.toMatch(TIMING_ERRORS);
  return {
    ours: totalPower(powerByModule(netlist, library, activity, 1e9).values()),
    theirs: readTiming(stdout, 1).power,
    flipFlops: netlist.cells.filter(({ cell }) => cell.flipFlop !== null).length,
  };
}

describe.skipIf(missing.length > 0)(`our power beside OpenSTA's${skipped}`, () => {
  test('is the same where nothing is propagated wrongly, but for energy inside cells, which it counts twice', () => {
    // q repeats go[0] a clock later; busy is q, inverted twice: all switch 40 times in 100 clocks, half high.
    const { ours, theirs, flipFlops } = powers(
      [
        ['DFF', { C: 'clk', D: 'go[0]', Q: 'q' }],
        ['INV', { A: 'q', Y: 'n' }],
        ['INV', { A: 'n', Y: 'busy' }],
      ],
      { 'go[0]': [40, 50], q: [40, 50], n: [40, 50], busy: [40, 50] },
    );
    // Loads: q and n drive an INV each, 0.005 pF; busy nothing. 0.4 transitions a ns of 0.005e-12 x 4 / 2 J, twice.
    expect(ours.switchingW).toBeCloseTo(2 * 0.4e9 * 0.01e-12, 12);
    expect(theirs.switchingW / ours.switchingW).toBeCloseTo(1, 5);
    // 3 + 3 + 1 nW.
    expect(ours.leakageW).toBeCloseTo(7e-9, 15);
    expect(theirs.leakageW / ours.leakageW).toBeCloseTo(1, 5);
    // INV: mean of rise and fall is 0.2 pJ + load: 0.205 and 0.2 pJ. Clock pin: 0.05 pJ an edge, 2 edges a ns, and 0.02e-12 x 4 / 2.
    expect(ours.internalW).toBeCloseTo(0.4e9 * 0.405e-12, 12);
    const clockInside = 2e9 * 0.05e-12;
    expect(ours.clockW).toBeCloseTo(flipFlops * (clockInside + 2e9 * 0.04e-12), 12);
    // OpenSTA adds the energies of a rise and of a fall for every transition, ours takes their mean.
    expect(theirs.internalW / (2 * (ours.internalW + flipFlops * clockInside))).toBeCloseTo(1, 5);
  });

  test('is not where two inputs of a gate depend on each other: OpenSTA takes them as independent', () => {
    // busy = q ^ !q is always 1.
    const { ours, theirs } = powers(
      [
        ['DFF', { C: 'clk', D: 'go[1]', Q: 'q' }],
        ['INV', { A: 'q', Y: 'n' }],
        ['XOR', { A: 'q', B: 'n', Y: 'x' }],
        ['INV', { A: 'x', Y: 'busy' }],
      ],
      { 'go[1]': [40, 30], q: [40, 30], n: [40, 70], x: [0, 100] },
    );
    // q drives INV and XOR, 0.015 pF; n drives XOR, 0.01 pF; x drives INV, 0.005 pF, without a transition.
    const perFarad = (0.4e9 * 4) / 2;
    expect(ours.switchingW).toBeCloseTo(perFarad * 0.025e-12, 12);
    // Its x: 0.4 (0.3 (1 - 0.7) + 0.7 (1 - 0.3)) = 0.4 x 0.58 transitions a clock.
    expect(theirs.switchingW / (perFarad * (0.025e-12 + 0.58 * 0.005e-12))).toBeCloseTo(1, 5);
  });
});
