import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { macroSpec } from '../../chip/index.ts';
import { layerCases } from '../../counting/random-layer.test-support.ts';
import { CHIP_PRESETS, chipPreset } from '../../presets/index.ts';
import { createMacro } from '../machine.ts';
import { DATAFLOW_SCHEDULES } from '../schedule/index.ts';
import { runCases } from '../schedule/random-run.test-support.ts';
import { canRun, expectModels, plainSums } from './compare.test-support.ts';
import { simulateLayer } from './simulate-layer.ts';

const DATAFLOWS = DATAFLOW_SCHEDULES.map(({ name }) => name);

describe.each(DATAFLOWS)('predicted cycles are the simulated ones, %s', (dataflow) => {
  it.each(CHIP_PRESETS)('1,000 random layers on %s', (name) => {
    const chip = chipPreset(name);
    const macro = createMacro(macroSpec(chip));
    fc.assert(
      fc.property(layerCases, ({ layer, codes, images }) => {
        const image = codes.subarray(0, codes.length / images);
        const simulation = simulateLayer({ macro, layer, codes: image, dataflow, thresholds: null });
        expectModels(simulation, chip);
        expect(simulation.results).toEqual(plainSums(layer, image));
      }),
      { numRuns: 1000 },
    );
  });

  it('1,000 random layers on random chips, every tenth clock by clock too', () => {
    let cases = 0;
    fc.assert(
      fc.property(runCases, ({ layer, macro, chip, codes }) => {
        fc.pre(canRun(macro, dataflow));
        const run = { macro, layer, codes, dataflow, thresholds: null };
        const simulation = simulateLayer(run);
        expectModels(simulation, chip);
        expect(simulation.results).toEqual(plainSums(layer, codes));
        if (cases++ % 10 > 0) return;
        const clock = simulateLayer(run, { engine: 'clock' });
        expect(clock.activity).toEqual(simulation.activity);
        expect(clock.results).toEqual(simulation.results);
      }),
      { numRuns: 1000 },
    );
  });
});
