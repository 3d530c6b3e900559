import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyOf } from '../../mapping/cost/evaluate.ts';
import { DATAFLOW_SCHEDULES, scheduleLayer, type LayerSchedule, type MacroStep } from '../schedule/index.ts';
import { runCases } from '../schedule/random-run.test-support.ts';
import { ALWAYS_READY, LayerClock } from './layer-clock.ts';

const NAMES = DATAFLOW_SCHEDULES.map(({ name }) => name);

const bitsOf = ({ macro: { spec } }: LayerSchedule, step: MacroStep): number =>
  step.loadedWeights * spec.weightBits + step.loadedActivations * spec.activationBits;

/** What each step of a schedule has to be brought, in bits. */
function demands(schedule: LayerSchedule): readonly number[] {
  const bits: number[] = [];
  for (const step of schedule.steps()) bits.push(bitsOf(schedule, step));
  return bits;
}

/** Clocks that a layer takes when memory brings so many bits in a clock, as far ahead as it likes. */
function clocksWith(schedule: LayerSchedule, bitsPerClock: number): number {
  const needs = demands(schedule);
  let taken = 0;
  let brought = 0;
  const driver = new LayerClock(schedule, {
    ...ALWAYS_READY,
    offerCommand: () => brought >= needs[taken],
  });
  brought += bitsPerClock;
  while (driver.clock()) {
    if (driver.outputs.commandTaken) brought -= needs[taken++];
    brought += bitsPerClock;
  }
  expect(taken).toBe(needs.length);
  return driver.cycles;
}

/** The latency of the mapping model: compute and memory work side by side. */
const modelled = (compute: number, memory: number): number =>
  latencyOf(
    { compute, memory, buffers: [] },
    {
      kind: 'mapping-machine',
      name: 'without buffers',
      macros: 1,
      multicast: false,
      buffers: [],
      bufferOf: { weights: -1, activations: -1, partialSums: -1 },
      memoryBitsPerCycle: 1,
      macro: {
        ...{ entries: 1, weightRows: 1, activationRows: 1, accumulators: 1, accumulatorBits: 24 },
        ...{ weightDigitBits: 1, activationDigitBits: 1, slotsPerStep: 1 },
        ...{ windowVectors: 1, windowOverheadCycles: 0 },
      },
    },
  );

describe.each(NAMES)('a layer whose memory is slow, %s', (dataflow) => {
  it('takes no less than the mapping model says, and no more than compute and memory one after the other', () => {
    let bound = 0;
    fc.assert(
      fc.property(
        runCases,
        fc.double({ min: 0.05, max: 4, noNaN: true }),
        ({ layer, macro, codes }, share) => {
          fc.pre(macro.stepSlots >= 3 || dataflow === 'output-stationary');
          const schedule = scheduleLayer({ macro, layer, codes, dataflow, thresholds: null });
          fc.pre(schedule.slots < 20_000);
          const needs = demands(schedule);
          const bits = needs.reduce((sum, need) => sum + need, 0);
          fc.pre(bits > 0);
          const compute = schedule.cycles;
          const perClock = (share * bits) / compute;
          const memory = bits / perClock;
          const clocks = clocksWith(schedule, perClock);
          expect(clocks).toBeGreaterThanOrEqual(modelled(compute, memory) - 1e-6);
          expect(clocks).toBeLessThanOrEqual(compute + memory + 1);
          if (memory > compute) bound++;
          // Never kept waiting: not a clock more.
          expect(clocksWith(schedule, Math.max(...needs))).toBe(compute);
        },
      ),
      { numRuns: 40 },
    );
    expect(bound).toBeGreaterThan(2);
  });
});
