import { describe, expect, test } from 'vitest';
import { CHIP_PRESETS, chipPreset, macroSpec, type AreaCounts, type MacroSpec } from '@tally/core';
import { toLibrary } from './library.ts';
import { parseLiberty } from './liberty.ts';
import { areaPiece, flipFlopsAction, gatesAction } from './pieces.ts';
import { TOY_LIBRARY } from './toy-library.test-support.ts';
import { FILES, statedArea, yosysJob } from './yosys.ts';

const library = toLibrary(parseLiberty(TOY_LIBRARY, 'toy.lib'), 'toy.lib');

function scriptOf(spec: MacroSpec): readonly string[] {
  const file = yosysJob(spec, library, 6993.4).files.find(({ path }) => path === FILES.script);
  return file?.text.split('\n') ?? [];
}

describe('the job of Yosys', () => {
  const spec = macroSpec(chipPreset('zhu2020'));

  test('maps to the library it was given, under the clock, and checks that all is mapped', () => {
    const script = scriptOf(spec);
    expect(script).toContain('dfflibmap -liberty library.lib');
    expect(script).toContain('abc -liberty library.lib -constr abc.constr -D 6993');
    // The toy library has a cell for 1 and none for 0.
    expect(script).toContain('hilomap -singleton -hicell ONE Y');
    expect(script.indexOf('check -assert -mapped')).toBeLessThan(script.indexOf('write_json netlist.json'));
    // OpenSTA reads no concatenation on the left of an assignment.
    expect(script).toContain('write_verilog -noattr -noexpr -nohex -nodec -simple-lhs netlist.v');
    const { files } = yosysJob(spec, library, 1000);
    const names = files.map(({ path }) => path);
    for (const line of script) {
      const read = /^read_verilog -sv (\S+)$/.exec(line)?.[1];
      if (read !== undefined) expect(names).toContain(read);
    }
    expect(files.find(({ path }) => path === FILES.driver)?.text).toBe('set_driving_cell INV\nset_load 20\n');
  });

  test('keeps modules apart, but for cells and the popcount of a few thresholds', () => {
    expect(yosysJob(spec, library, 1000).modules).toEqual([
      'tally_weight_cam_row',
      'tally_cam_array',
      'tally_activation_cam_row',
      'tally_activation_cam_array',
      'tally_popcount_128',
      'tally_search_driver',
      'tally_controller',
      'tally_slot_pipeline',
      'tally_dual_counter',
      'tally_class_multiplier',
      'tally_accumulator',
      'tally_threshold_unit',
      'tally_core',
    ]);
  });

  test.each(CHIP_PRESETS)('every module of %s is a piece of area and has an action', (preset) => {
    const { modules } = yosysJob(macroSpec(chipPreset(preset)), library, 1000);
    const pieces = new Map<keyof AreaCounts, string[]>();
    for (const module of modules) {
      const piece = areaPiece(module);
      pieces.set(piece, [...(pieces.get(piece) ?? []), module]);
    }
    expect(pieces.get('searchableBits')).toHaveLength(4);
    expect(pieces.get('popcountInputs')).toEqual(['tally_popcount_128']);
    expect(pieces.get('multipliers')).toEqual(['tally_class_multiplier']);
    expect(pieces.get('adders')).toEqual(['tally_accumulator']);
    expect(pieces.get('comparators')).toEqual(['tally_threshold_unit']);
    expect(pieces.get('rest')).toEqual([
      'tally_search_driver',
      'tally_controller',
      'tally_slot_pipeline',
      'tally_dual_counter',
      'tally_core',
    ]);
    for (const row of pieces.get('searchableBits') ?? []) {
      expect([gatesAction(row), flipFlopsAction(row)]).toEqual(['searchedBits', 'loadedBits']);
    }
    expect(gatesAction('tally_dual_counter')).toBe('matches');
    expect(flipFlopsAction('tally_controller')).toBe('cycles');
  });
});

test('the stated area is the top module’s', () => {
  const text =
    "   Chip area for module '\\tally_cam': 12.5\n   Chip area for top module '\\tally_core': 2712936.250000\n";
  expect(statedArea(text)).toBe(2712936.25);
  expect(statedArea('nothing')).toBeNull();
});
