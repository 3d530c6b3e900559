import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convolve, integers } from '../../counting/random-layer.test-support.ts';
import { DATAFLOW_SCHEDULES, scheduleLayer } from '../schedule/index.ts';
import { runCases } from '../schedule/random-run.test-support.ts';
import { LayerClock } from './layer-clock.ts';

const NAMES = DATAFLOW_SCHEDULES.map(({ name }) => name);

describe.each(NAMES)('LayerClock, %s', (dataflow) => {
  it('takes the cycles of the model and gives the sums of the layer', () => {
    fc.assert(
      fc.property(runCases, ({ layer, macro, codes }) => {
        fc.pre(macro.stepSlots >= 3 || dataflow === 'output-stationary');
        const schedule = scheduleLayer({ macro, layer, codes, dataflow, thresholds: null });
        fc.pre(schedule.slots < 60_000);
        const driver = new LayerClock(schedule);
        while (driver.clock());
        expect(driver.cycles).toBe(schedule.cycles);
        const sums = convolve(layer, codes, 1).map(
          (sum, i) => sum - (layer.node.bias?.[Math.floor(i / layer.positions)] ?? 0),
        );
        expect(driver.results).toEqual(sums);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same sums, later, when its neighbours are not always ready', () => {
    fc.assert(
      fc.property(runCases, fc.integer({ min: 1, max: 2 ** 30 }), ({ layer, macro, codes }, seed) => {
        fc.pre(macro.stepSlots >= 3 || dataflow === 'output-stationary');
        const schedule = scheduleLayer({ macro, layer, codes, dataflow, thresholds: null });
        fc.pre(schedule.slots < 20_000);
        const next = integers(seed);
        const driver = new LayerClock(schedule, {
          offerCommand: () => next(4) > 0,
          returnPsum: () => next(3) > 0,
          takeResult: () => next(2) > 0,
        });
        while (driver.clock());
        const plain = new LayerClock(schedule);
        while (plain.clock());
        expect(driver.results).toEqual(plain.results);
        expect(driver.cycles).toBeGreaterThanOrEqual(plain.cycles);
        expect(driver.outputs.busy).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('LayerClock', () => {
  it('gives up on neighbours that never answer', () => {
    const [{ layer, macro, codes }] = fc.sample(runCases, { seed: 1, numRuns: 1 });
    const schedule = scheduleLayer({ macro, layer, codes, dataflow: 'output-stationary', thresholds: null });
    const never = (): boolean => false;
    const always = (): boolean => true;
    const driver = new LayerClock(schedule, { offerCommand: always, returnPsum: always, takeResult: never });
    expect(() => {
      while (driver.clock());
    }).toThrow(
      /^layer: clock \d+: nothing was handed over for \d+ clocks \[macro-stuck\] — let the handshakes be ready now and then; if they are, report this as a bug of Tally$/,
    );
  });
});
