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
});
