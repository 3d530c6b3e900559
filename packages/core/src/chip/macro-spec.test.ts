import { describe, expect, it } from 'vitest';
import { chipPreset } from '../presets/index.ts';
import type { Chip } from './chip.ts';
import { macroSpec } from './macro-spec.ts';

interface Wishes {
  readonly partialSumBits?: number;
  readonly weightBits?: number;
  readonly activationBits?: number;
  readonly entries?: number;
}

/** zhu2020 (W3A2, 128 entries) with other numbers. */
function chipOf(wishes: Wishes): Chip {
  const chip = chipPreset('zhu2020');
  const { geometry, formats } = chip;
  const changed = <T extends { readonly value: number }>(quantity: T, value: number | undefined): T => ({
    ...quantity,
    value: value ?? quantity.value,
  });
  return {
    ...chip,
    geometry: {
      ...geometry,
      entries: changed(geometry.entries, wishes.entries),
      partialSumBits: changed(geometry.partialSumBits, wishes.partialSumBits),
    },
    formats: {
      weight: { ...formats.weight, bits: changed(formats.weight.bits, wishes.weightBits) },
      activation: { ...formats.activation, bits: changed(formats.activation.bits, wishes.activationBits) },
    },
  };
}

describe('macroSpec', () => {
  it('refuses partial sums that the product of one entry does not fit', () => {
    // 127 x 255 = 32385 takes 15 bits and a sign.
    expect(() => macroSpec(chipOf({ weightBits: 8, activationBits: 8, partialSumBits: 12 }))).toThrow(
      'chip zhu2020: geometry.partialSumBits: is 12; the product of one entry reaches 127 x 255 = 32385, which needs 16 signed bits [partial-sum-too-narrow] — set it to at least 16, or use narrower formats',
    );
    // 3 x 3 = 9 takes 4 bits and a sign.
    expect(() => macroSpec(chipOf({ partialSumBits: 4 }))).toThrow('partial-sum-too-narrow');
    expect(macroSpec(chipOf({ partialSumBits: 5 })).partialSumBits).toBe(5);
  });

  it.each([
    // entries, banks: of at most 128 entries where that takes at most 8 x ceil(entries / 128) of them
    [8, 1],
    [127, 1],
    [128, 1],
    [129, 3], // 3 x 43; 2 banks at least
    [256, 2],
    [1000, 8],
    [1024, 8],
    [514, 2], // 2 x 257: 257 banks of 2 would be more than 8 x 5
    [1018, 2], // 2 x 509
    [997, 1], // a prime
    [1021, 1], // a prime
  ])('%i entries are in %i banks', (entries, banks) => {
    expect(macroSpec(chipOf({ entries })).banks).toBe(banks);
  });

  it('never makes slivers of any number of entries', () => {
    for (let entries = 8; entries <= 1024; entries++) {
      const { banks } = macroSpec(chipOf({ entries }));
      expect(entries % banks).toBe(0);
      expect(banks, `${entries} entries`).toBeLessThanOrEqual(8 * Math.ceil(entries / 128));
    }
  });
});
