import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../chip/index.ts';
import { evaluateEnergy, sumTerms, switchingTerms } from '../energy/index.ts';
import { chipPreset, techPreset } from '../presets/index.ts';
import { priceReference } from './calibrate.ts';
import { referenceActivity, simulateReference } from './reference-activity.ts';

const chip = chipPreset('zhu2020');
const tech = techPreset('zhu2020-65nm');

describe('the work that a residual was fitted on, simulated', () => {
  const { actions, switching } = simulateReference(chip, tech);

  it('does, vector for vector, what the calibration priced', () => {
    const work = priceReference(chip, tech, 1.01);
    // 64 pixels x 16 outputs x 9 vectors; the calibrated layer has 196 pixels and 128 outputs.
    const vectors = 64 * 16 * 9;
    for (const action of [
      'searchedBits',
      'classMultiplications',
      'rescales',
      'accumulations',
      'cycles',
    ] as const) {
      expect(actions[action] / vectors, action).toBe(work.actions[action] / work.vectors);
    }
    // 37.5 % of 128 pairs match: 48 a vector. Weights repeat over pixels and activations over outputs, so that the
    // deviation of the mean is that of 18,432 weights and 12,800 activations: below 1.5 %, here 4 times less.
    expect(actions.matches / vectors / 48).toBeCloseTo(1, 1.5);
    expect(work.actions.matches / work.vectors).toBe(48);
  });

  it('uses every entry, and skips those that do not match', () => {
    expect(switching.unusedBits).toBe(0);
    // A nonzero pair matches exactly one of nine keys of 4 bits.
    expect(switching.skippedBits).toBe(actions.searchedBits - actions.matches * 9 * 4);
    // A rescale slot lies between two vectors: every line falls.
    expect(switching.matchLineToggles).toBe(2 * actions.matches);
    for (const toggles of [switching.counterToggles, switching.productToggles, switching.vectorSumToggles]) {
      // Nine changes a vector, of more than one and less than all 12 bits on average.
      expect(toggles / (actions.cycles * (9 / 10))).toBeGreaterThan(1);
      expect(toggles / (actions.cycles * (9 / 10))).toBeLessThan(12);
    }
  });

  it('costs with the data what it costs without', () => {
    const terms = switchingTerms(tech, { actions, switching }, referenceActivity(tech, chip), 1.01);
    const { totalPj } = evaluateEnergy(tech, actions, 1.01);
    expect(Math.abs(sumTerms(terms))).toBeLessThan(1e-12 * totalPj);
    // And is the calibrated efficiency: 2 x 128 operations a vector at 11.6 TOPS/W.
    const macs = (actions.classMultiplications / 9) * 128;
    expect((2 * macs) / totalPj).toBeCloseTo(11.6, 1);
    expect(ACTIONS.every((action) => actions[action] >= 0)).toBe(true);
  });

  it('is that of the chip which the table was fitted on, and found once', () => {
    const other = chipPreset('zhu2020-w3a3');
    expect(referenceActivity(tech, other)).toEqual({ actions, switching });
    expect(referenceActivity(tech, chip)).toBe(referenceActivity(tech, chip));
    expect(referenceActivity(techPreset('unit'), chip)).toBeNull();
    const unknown = { ...tech, calibration: { ...tech.calibration!, chip: 'elsewhere' } };
    expect(referenceActivity(unknown, chip)).toBeNull();
    const planned = { ...chip, scheme: { ...chip.scheme, name: 'dense-mac' } };
    expect(referenceActivity(tech, planned)).toBeNull();
  });
});
