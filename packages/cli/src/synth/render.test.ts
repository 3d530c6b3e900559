import { expect, test } from 'vitest';
import { plain } from '../terminal/style.ts';
import type { Power } from './power.ts';
import { renderSynthesis } from './render.ts';
import type { SynthesisReport } from './report.ts';

const power = (milliwatts: number): Power => ({
  internalW: milliwatts * 1e-4,
  switchingW: milliwatts * 1e-4,
  storedW: 0,
  clockW: milliwatts * 7e-4,
  leakageW: milliwatts * 1e-4,
  totalW: milliwatts * 1e-3,
});

const REPORT: SynthesisReport = {
  kind: 'tally-synthesis-report',
  formatVersion: 1,
  toolVersion: '0',
  chip: 'test',
  entries: 8,
  library: { name: 'toy', voltageV: 2, temperatureC: null },
  clockMHz: 100,
  modules: [
    { module: 'a', instances: 2, cells: 1200, flipFlops: 30, areaUm2: 750, power: power(3) },
    { module: 'b', instances: 1, cells: 100, flipFlops: 0, areaUm2: 250, power: power(1) },
  ],
  cells: 1300,
  flipFlops: 30,
  areaUm2: 1000,
  partialSumAreaUm2: 10,
  timing: { periodNs: 10, slackNs: -2.5, fastestMHz: 80, startpoint: 'x/_1_', endpoint: 'y/_2_' },
  power: power(4),
  openStaPower: { internalW: 0.005, switchingW: 0.001, leakageW: 0, totalW: 0.006 },
  workload: { name: 'layer c of d', clocks: 997, steps: 9, togglesPerClock: 12.5 },
  check: { clocks: 2000, gateLevel: null },
  tools: [{ tool: 'yosys', version: '1', seconds: 2, peakMiB: null }],
};

test('the report says what was found, what was not met, and what it does not mean', () => {
  expect(renderSynthesis(REPORT, plain)).toMatchInlineSnapshot(`
    "test, 8 entries, synthesised

      module  instances  cells  flip-flops   area           power
                                              um2    share     mW
      ───────────────────────────────────────────────────────────
      a               2  1 200          30    750   75.0 %  3.000
      b               1    100           0    250   25.0 %  1.000
      ───────────────────────────────────────────────────────────
      all                1 300          30  1 000  100.0 %  4.000

      library          toy, 2 V
      clock            100.0 MHz
      longest path     12.50 ns with set-up, slack −2.500 ns (violated): 80.00 MHz at most
                       x/_1_ to y/_2_
      power            4.000 mW: clock pins 2.800 mW, inside cells 400.0 µW, loads 400.0 µW, leakage 400.0 µW
      workload         layer c of d, 997 clocks, 12.50 transitions a clock
      OpenSTA's power  6.000 mW; its 2019 version counts energy inside cells twice or more
      vectors          2 000 clocks equal to the simulator
      yosys            2.00 s

      label of every figure: synthesised. Cells of the arrays are flip-flops and gates here, far larger than the chip's
      hard CAM cells; no wires, no clock tree, no glitches."
  `);
});

test('clocks on Verilog cells are said with their start', () => {
  const check = { clocks: 2000, gateLevel: { clocks: 2000, start: 'random' as const } };
  const timing = { ...REPORT.timing, slackNs: 2.5, fastestMHz: 133.3 };
  const text = renderSynthesis({ ...REPORT, check, timing }, plain);
  expect(text).toMatch(
    /vectors +2\s000 clocks equal to the simulator; 2\s000 on the library's Verilog cells from random flip-flops\n/,
  );
  expect(text).toContain('7.500 ns with set-up, slack 2.500 ns (met): 133.3 MHz at most');
});
