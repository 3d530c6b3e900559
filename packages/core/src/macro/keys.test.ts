import { describe, expect, it } from 'vitest';
import { MACRO_SCHEMES, macroSpec, type MacroSpec } from '../chip/index.ts';
import { findScheme } from '../counting/index.ts';
import { codeRange } from '../network/codes.ts';
import { chipPreset } from '../presets/index.ts';
import { searchPlan, weightCode } from './keys.ts';
import { naiveClasses } from './naive-macro.test-support.ts';

const base = macroSpec(chipPreset('zhu2020'));

/** A spec of a scheme and operand formats; nothing else of it matters to keys. */
function specOf(
  scheme: MacroSpec['scheme'],
  weightSystem: MacroSpec['weightSystem'],
  weightBits: number,
  activationBits: number,
): MacroSpec {
  const { min, max } = codeRange({ system: weightSystem, bits: weightBits });
  return {
    ...base,
    scheme,
    search: scheme === 'weight-bit-planes' ? 'bit-plane' : 'pair',
    weightSystem,
    weightBits,
    activationBits,
    maxMagnitude: Math.max(-min, max),
    maxActivation: 2 ** activationBits - 1,
  };
}

const SPECS = MACRO_SCHEMES.flatMap((scheme) =>
  (['sign-magnitude', 'twos-complement'] as const).flatMap((system) =>
    [2, 3, 4, 5].flatMap((weightBits) =>
      [1, 2, 3, 4].map((activationBits) => specOf(scheme, system, weightBits, activationBits)),
    ),
  ),
);

function show({ scheme, weightSystem, weightBits, activationBits }: MacroSpec): string {
  return `${scheme}, ${weightSystem} W${weightBits} x A${activationBits}`;
}

describe.each(SPECS.map((spec) => [show(spec), spec] as const))('search keys of %s', (_, spec) => {
  const { keys, classes } = searchPlan(spec);
  const scheme = findScheme(spec.scheme);

  it('are those of the table, in its order', () => {
    const table = naiveClasses(spec).flatMap((one, k) => one.keys.map(({ m, a }) => [k, one.value, m, a]));
    expect(
      keys.map(({ classIndex, magnitude, activation }) => [
        classIndex,
        classes[classIndex].value,
        magnitude,
        activation,
      ]),
    ).toEqual(table);
  });

  it('form runs, as many in a class as the counting scheme searches', () => {
    const counted = scheme.classes(spec);
    expect(classes.map(({ name, value, keys: n }) => [name, value, n])).toEqual(
      counted.map(({ name, value, searches }) => [name, value, searches]),
    );
    for (const [k, { firstKey, keys: n }] of classes.entries()) {
      const run = keys.slice(firstKey, firstKey + n);
      expect(run.map(({ classIndex }) => classIndex)).toEqual(new Array(n).fill(k));
      expect(run.map((key) => key.firstOfClass)).toEqual(run.map((_key, i) => i === 0));
      expect(run.map((key) => key.lastOfClass)).toEqual(run.map((_key, i) => i === n - 1));
    }
  });

  it('find w * a for every weight and activation', () => {
    const { min, max } = codeRange({ system: spec.weightSystem, bits: spec.weightBits });
    for (let w = min; w <= max; w++) {
      for (let a = 0; a <= spec.maxActivation; a++) {
        let sum = 0;
        for (const key of keys) {
          const selected = spec.search === 'pair' ? a === key.activation : ((a >> key.activation) & 1) === 1;
          if (selected && weightCode(spec, w) === key.positiveCode) sum += classes[key.classIndex].value;
          if (selected && weightCode(spec, w) === key.negativeCode) sum -= classes[key.classIndex].value;
        }
        expect(sum, `${w} * ${a}`).toBe(w * a + 0);
      }
    }
  });
});

describe('weightCode', () => {
  it('is the sign and then the magnitude, or two’s complement; null where there is none', () => {
    const magnitudes = specOf('ordered-pairs', 'sign-magnitude', 3, 2);
    expect([-4, -3, 0, 3, 4].map((w) => weightCode(magnitudes, w))).toEqual([
      null,
      0b111,
      0b000,
      0b011,
      null,
    ]);
    const complement = specOf('ordered-pairs', 'twos-complement', 3, 2);
    expect([-5, -4, -1, 0, 3, 4].map((w) => weightCode(complement, w))).toEqual([
      null,
      0b100,
      0b111,
      0b000,
      0b011,
      null,
    ]);
  });

  it('disables the positive rail of the magnitude that only a negative weight has', () => {
    const { keys } = searchPlan(specOf('ordered-pairs', 'twos-complement', 3, 2));
    const four = keys.filter(({ magnitude }) => magnitude === 4);
    expect(four.map(({ positiveCode, negativeCode }) => [positiveCode, negativeCode])).toEqual([
      [null, 0b100],
      [null, 0b100],
      [null, 0b100],
    ]);
  });
});
