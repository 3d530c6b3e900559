import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { macroSpec } from '../chip/index.ts';
import { countVector, findScheme } from '../counting/index.ts';
import { chipPreset } from '../presets/index.ts';
import { addActivity } from './activity.ts';
import type { MacroCommand } from './command.ts';
import { FastEngine } from './fast.ts';
import { createMacro } from './machine.ts';
import { arbitrarySeed, randomCase } from './random-macro.test-support.ts';

const zhu = createMacro(macroSpec(chipPreset('zhu2020')));

const command: MacroCommand = {
  weightSlot: 0,
  activationSlot: 0,
  thresholdSlot: 0,
  weightRow: Int8Array.of(3, 1, -3, 0, 2),
  activationRow: Uint8Array.of(3, 1, 3, 1, 0),
  thresholdRow: { thresholds: Int32Array.of(0, 2, 100), falling: false, compared: 2 },
  accumulator: 0,
  shift: 0,
  clear: true,
  restore: false,
  emit: true,
  final: true,
  windowEnd: true,
};

function run(commands: readonly MacroCommand[]) {
  const engine = new FastEngine(zhu);
  for (const one of commands) engine.step(one, 0);
  return engine.finish();
}

describe('activity', () => {
  it('counts one vector by hand', () => {
    const activity = run([command]);
    // (3, 3) matches entry 0 positive and entry 2 negative, (1, 1) entry 1; entry 3 has no weight, entry 4 no activation
    expect(activity.matches).toBe(3);
    expect(activity.classes.filter(({ positive, negative }) => positive + negative > 0)).toEqual([
      { name: '1x1', value: 1, positive: 1, negative: 0 },
      { name: '3x3', value: 9, positive: 1, negative: 1 },
    ]);
    expect([activity.pairs, activity.zeroWeightPairs, activity.zeroActivationPairs]).toEqual([5, 1, 1]);
    expect([activity.zeroBothPairs, activity.nonzeroPairs]).toEqual([0, 3]);
    expect(activity.skippedSearches).toBe(2 * 9);
    expect(activity.searches).toBe(9);
    expect(activity.searchedBits).toBe(9 * 128 * 4); // 2 magnitude and 2 activation bits
    expect([activity.classMultiplications, activity.accumulations, activity.rescales]).toEqual([9, 9, 1]);
    expect([activity.results, activity.codes, activity.thresholdComparisons]).toEqual([1, 1, 2]);
    expect([activity.weightLoads, activity.activationLoads, activity.thresholdLoads]).toEqual([1, 1, 1]);
    expect(activity.loadedBits).toBe(5 * 3 + 5 * 2);
    expect(activity.thresholdBits).toBe(3 * 25);
    expect(activity.cycles).toEqual({
      total: 21, // 2 + 10 + 2 + 7
      searching: 9,
      rescale: 1,
      overhead: 2,
      fill: 2,
      idle: 0,
      drain: 7,
      stalled: 0,
    });
    expect(activity.toggles).toEqual({
      // Key by key +m | -m | a, 3 + 3 + 2 lines: from 0 to 001|101|01: 4; then within m a goes 1 2 3: 2 + 1; m 1 -> 2
      // is 001|101 -> 010|110 and 3 -> 1: 2 + 2 + 1; m 2 -> 3 is 010|110 -> 011|111: 1 + 1 + 1; down from 011|111|11: 7
      searchLines: 4 + 3 + 5 + 3 + 3 + 3 + 7,
      matchLines: 2 * 3, // each line that rises falls
      // positive 0 1 0 .. 0 1: 3 bits, negative 0 .. 1: 1 bit
      counters: 3 + 1,
      product: 2, // 0 -> 1 -> 0, and 9 * (1 - 1) = 0
      vectorSum: 1, // 0 -> 1
    });
  });

  it('adds up over runs', () => {
    const one = run([command]);
    const both = addActivity(one, one);
    expect(both.cycles.total).toBe(2 * one.cycles.total);
    expect(both.toggles.matchLines).toBe(2 * one.toggles.matchLines);
    expect(both.classes.map(({ positive }) => positive)).toEqual(
      one.classes.map(({ positive }) => 2 * positive),
    );
    expect([both.matches, both.pairs, both.loadedBits]).toEqual([
      2 * one.matches,
      2 * one.pairs,
      2 * one.loadedBits,
    ]);
    expect(both.classes.map(({ name, value }) => [name, value])).toEqual(
      one.classes.map(({ name, value }) => [name, value]),
    );
  });

  it('counts the matches and zero pairs that counting counts', () => {
    fc.assert(
      fc.property(arbitrarySeed(), (seed) => {
        const { spec, commands } = randomCase(seed);
        const engine = new FastEngine(createMacro(spec));
        const classes = findScheme(spec.scheme).classes(spec);
        const expected = classes.map(() => ({ positive: 0, negative: 0 }));
        const pairs = { all: 0, zeroWeight: 0, zeroActivation: 0, zeroBoth: 0 };
        const stored = { weights: new Map<number, number[]>(), activations: new Map<number, number[]>() };
        for (const one of commands) {
          engine.step(one, 0);
          if (one.weightRow instanceof Int8Array) stored.weights.set(one.weightSlot, [...one.weightRow]);
          if (one.activationRow instanceof Uint8Array)
            stored.activations.set(one.activationSlot, [...one.activationRow]);
          const weights = [...(stored.weights.get(one.weightSlot) ?? [])];
          const activations = [...(stored.activations.get(one.activationSlot) ?? [])];
          while (weights.length < activations.length) weights.push(0);
          while (activations.length < weights.length) activations.push(0);
          for (const [k, counted] of classes.entries()) {
            const { positive, negative } = countVector(counted, weights, activations);
            expected[k].positive += positive;
            expected[k].negative += negative;
          }
          pairs.all += weights.length;
          pairs.zeroWeight += weights.filter((w) => w === 0).length;
          pairs.zeroActivation += activations.filter((a) => a === 0).length;
          pairs.zeroBoth += weights.filter((w, i) => w === 0 && activations[i] === 0).length;
        }
        const activity = engine.finish();
        expect(activity.classes).toEqual(
          classes.map(({ name, value }, k) => ({ name, value, ...expected[k] })),
        );
        expect(activity.pairs).toBe(pairs.all);
        expect(activity.zeroWeightPairs).toBe(pairs.zeroWeight);
        expect(activity.zeroActivationPairs).toBe(pairs.zeroActivation);
        expect(activity.zeroBothPairs).toBe(pairs.zeroBoth);
        expect(activity.nonzeroPairs).toBe(
          pairs.all - pairs.zeroWeight - pairs.zeroActivation + pairs.zeroBoth,
        );
      }),
      { numRuns: 60 },
    );
  });
});
