import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { macroSpec } from '../../chip/index.ts';
import { layerCases } from '../../counting/random-layer.test-support.ts';
import { CHIP_PRESETS, chipPreset } from '../../presets/index.ts';
import { createMacro } from '../machine.ts';
import { DATAFLOW_SCHEDULES } from '../schedule/index.ts';
import { runCases, thresholdNode } from '../schedule/random-run.test-support.ts';
import { traceLayout } from '../trace-layout.ts';
import { canRun, expectModels, plainSums, RecordDigest } from './compare.test-support.ts';
import { simulateLayer } from './simulate-layer.ts';
import { traceLayer } from './trace-layer.ts';

const DATAFLOWS = DATAFLOW_SCHEDULES.map(({ name }) => name);

describe.each(DATAFLOWS)('simulateLayer, %s', (dataflow) => {
  it('predicted cycles, slots and loads are the simulated ones, sums are exact: random layers on random chips', () => {
    fc.assert(
      fc.property(runCases, ({ layer, macro, chip, codes }) => {
        fc.pre(canRun(macro, dataflow));
        const simulation = simulateLayer({ macro, layer, codes, dataflow, thresholds: null });
        expectModels(simulation, chip);
        expect(simulation.results).toEqual(plainSums(layer, codes));
      }),
      { numRuns: 60 },
    );
  });

  it.each(CHIP_PRESETS)('the same on preset %s', (name) => {
    const chip = chipPreset(name);
    const macro = createMacro(macroSpec(chip));
    fc.assert(
      fc.property(layerCases, ({ layer, codes, images }) => {
        const image = codes.subarray(0, codes.length / images);
        const simulation = simulateLayer({ macro, layer, codes: image, dataflow, thresholds: null });
        expectModels(simulation, chip);
        expect(simulation.results).toEqual(plainSums(layer, image));
      }),
      { numRuns: 25 },
    );
  });

  it('clock by clock and step by step: the same results, activity and records of every clock', () => {
    fc.assert(
      fc.property(runCases, fc.nat(2 ** 30), ({ layer, macro, codes }, seed) => {
        fc.pre(canRun(macro, dataflow));
        // Codes in two cases of three, sums in the others.
        const bits = 1 + (seed % macro.spec.activationBits);
        const thresholds = seed % 3 === 0 ? null : thresholdNode(layer, bits, layer.output[0], seed);
        const run = { macro, layer, codes, dataflow, thresholds };
        const { words } = traceLayout(macro);
        const digests = [new RecordDigest(), new RecordDigest(), new RecordDigest()] as const;
        const fast = simulateLayer(run, {
          onRecords: (records, count) => digests[0].add(records, count, words),
        });
        fc.pre(fast.cycles < 15_000);
        const clock = simulateLayer(run, {
          engine: 'clock',
          onRecords: (records, count) => digests[1].add(records, count, words),
        });
        expect(clock.results).toEqual(fast.results);
        expect(fast.activity.codes).toBe(thresholds === null ? 0 : layer.dotProducts);
        expect(clock.activity).toEqual(fast.activity);
        expect(clock.cycles).toBe(fast.cycles);
        expect(clock.loaded).toEqual(fast.loaded);
        for (const { record } of traceLayer(fast.schedule)) digests[2].add(record, 1, words);
        expect(digests[0].value).toBe(digests[1].value);
        expect(digests[2].value).toBe(digests[1].value);
        expect(digests[1].clocks).toBe(clock.cycles);
      }),
      { numRuns: 20 },
    );
  });
});
