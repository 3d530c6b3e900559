import { describe, expect, test } from 'vitest';
import {
  areaCounts,
  chipPreset,
  parseTech,
  techPreset,
  type ActionCounts,
  type AreaCounts,
  type MacroActivity,
  type TechTable,
} from '@tally/core';
import type { Power } from './power.ts';
import type { SynthesisedModule, SynthesisReport } from './report.ts';
import { synthesisedTable, workloadActions } from './tech-table.ts';

/** Powers in milliwatts that differ from part to part. */
function power(internal: number, switching: number, stored: number, clock: number, leakage: number): Power {
  const [internalW, switchingW, storedW, clockW, leakageW] = [
    internal,
    switching,
    stored,
    clock,
    leakage,
  ].map((milliwatts) => milliwatts / 1000);
  return {
    internalW,
    switchingW,
    storedW,
    clockW,
    leakageW,
    totalW: internalW + switchingW + clockW + leakageW,
  };
}

function module(name: string, areaUm2: number, of: Power): SynthesisedModule {
  return { module: name, instances: 1, cells: 1, flipFlops: 1, areaUm2, power: of };
}

const MODULES: readonly SynthesisedModule[] = [
  module('tally_weight_cam_row', 1000, power(3, 2, 4, 7, 0.5)),
  module('tally_cam_array', 500, power(1, 1, 0, 0, 0.25)),
  module('tally_popcount_128', 200, power(0.5, 0.5, 0, 0, 0)),
  module('tally_class_multiplier', 80, power(0.25, 0.25, 0, 0, 0)),
  module('tally_accumulator', 400, power(1, 2, 1, 3, 0)),
  module('tally_threshold_unit', 300, power(0.125, 0.125, 0.125, 5, 0)),
  module('tally_controller', 60, power(2, 1, 1, 1, 0)),
];

const report = {
  chip: 'zhu2020',
  library: { name: 'toy_cells', voltageV: 2, temperatureC: 25 },
  clockMHz: 100,
  modules: MODULES,
  areaUm2: 2540,
  partialSumAreaUm2: 150,
  workload: { name: 'layer a of b', clocks: 1000, steps: 100, togglesPerClock: 1 },
} as unknown as SynthesisReport;

/** 1,000 cycles at 100 MHz are 10 microseconds: a milliwatt is 10 nJ. */
const activity = {
  searchedBits: 5000,
  matches: 400,
  classMultiplications: 900,
  rescales: 100,
  accumulations: 800,
  thresholdComparisons: 50,
  loadedBits: 2000,
  cycles: { total: 1000 },
} as unknown as MacroActivity;

const chip = chipPreset('zhu2020');
const base = techPreset('zhu2020-65nm');
const NODE = { nm: 180, source: 'test' };
const tableOf = (of: MacroActivity = activity, from: TechTable = base): TechTable =>
  synthesisedTable(from, chip, report, of, NODE);

describe('a synthesised table', () => {
  test('has every energy where the work was done, and all of them together are power x time', () => {
    const { energies } = tableOf();
    const picojoules = Object.fromEntries(Object.entries(energies).map(([key, { value }]) => [key, value]));
    const nanojoule = 1000;
    expect(picojoules['searchedBits']).toBeCloseTo(((3 + 2 - 4 + 1 + 1) * 10 * nanojoule) / 5000, 9);
    expect(picojoules['loadedBits']).toBeCloseTo((4 * 10 * nanojoule) / 2000, 9);
    expect(picojoules['matches']).toBeCloseTo((1 * 10 * nanojoule) / 400, 9);
    expect(picojoules['classMultiplications']).toBeCloseTo((0.5 * 10 * nanojoule) / 900, 9);
    expect(picojoules['accumulations']).toBeCloseTo((3 * 10 * nanojoule) / 800, 9);
    expect(picojoules['thresholdComparisons']).toBeCloseTo((0.25 * 10 * nanojoule) / 50, 9);
    expect(picojoules['rescales']).toBe(0);
    // Clock pins 16, leakage 0.75, controller 3.
    expect(picojoules['cycles']).toBeCloseTo((19.75 * 10 * nanojoule) / 1000, 9);
    const actions = workloadActions(activity);
    const sum = (Object.keys(actions) as (keyof ActionCounts)[]).reduce(
      (total, action) => total + actions[action] * energies[action].value,
      0,
    );
    const watts = MODULES.reduce((total, one) => total + one.power.totalW, 0);
    expect(sum).toBeCloseTo(watts * 1e-5 * 1e12, 6);
  });

  test('has areas that add up to the circuit', () => {
    const { areas } = tableOf();
    const pieces = areaCounts(chip);
    const sum = (Object.keys(areas) as (keyof AreaCounts)[]).reduce(
      (total, piece) => total + areas[piece].value * pieces[piece],
      0,
    );
    expect(sum).toBeCloseTo(2540, 6);
    // 16 partial sums of 12 bits.
    expect(areas.partialSumBits.value).toBeCloseTo(150 / 192, 9);
    expect(areas.adders.value).toBeCloseTo(400 - 150, 9);
    expect(areas.rest.value).toBeCloseTo(60, 9);
  });

  test('says what it is, and is a table that the rest of the program reads', () => {
    const table = tableOf();
    expect(parseTech(JSON.parse(JSON.stringify(table)), 'x.json')).toEqual(table);
    expect(table.name).toBe('zhu2020-toy-cells');
    expect(table.node).toMatchObject({ value: 180, unit: 'nm' });
    expect(table.calibration).toBeNull();
    expect(table.memory).toEqual(base.memory);
    expect(table.energies.matches).toMatchObject({
      label: 'synthesised',
      voltageV: 2,
      source: 'tally synth zhu2020, Yosys and OpenSTA, library toy_cells, 2 V',
    });
    expect(table.energies.matches.how).toContain('in 1000 cycles of layer a of b at 100 MHz');
    for (const entry of [...Object.values(table.energies), ...Object.values(table.areas)]) {
      expect(entry.label).toBe('synthesised');
    }
  });

  test('keeps the energy of what the workload never did; the work of its gates goes to the cycles', () => {
    const { energies } = tableOf({ ...activity, thresholdComparisons: 0 });
    expect(energies.thresholdComparisons).toEqual(base.energies.thresholdComparisons);
    expect(energies.thresholdComparisons.label).toBe('literature');
    expect(energies.cycles.value).toBeCloseTo(((19.75 + 0.25) * 10 * 1000) / 1000, 9);
  });

  test('keeps no calibrated entry: beside other entries it means nothing', () => {
    const calibrated: TechTable = {
      ...base,
      energies: { ...base.energies, matches: { ...base.energies.matches, label: 'calibrated' } },
    };
    expect(() => tableOf({ ...activity, matches: 0 }, calibrated)).toThrow(
      'table zhu2020-65nm: matches: is calibrated, and synthesis does not replace it',
    );
    expect(tableOf(activity, calibrated).energies.matches.label).toBe('synthesised');
  });
});
