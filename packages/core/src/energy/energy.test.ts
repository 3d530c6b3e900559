import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, type ActionCounts } from '../chip/index.ts';
import { TallyError, type Issue } from '../diagnostics/index.ts';
import { chipPreset, techPreset } from '../presets/index.ts';
import { TECH_DOCUMENTS } from '../presets/presets.gen.ts';
import { areaCounts } from './area-counts.ts';
import { energyAt, evaluateArea, evaluateEnergy, memoryEnergyPj, sumEnergies } from './evaluate.ts';
import {
  AREA_FROM_40NM_TO_65NM,
  AREA_FROM_45NM_TO_65NM,
  FROM_45NM_0V9_TO_65NM_1V2,
  energyFactor45nmHp,
  energyFactor65nm,
} from './scaling.ts';
import { parseTech } from './tech-schema.ts';

const zhu65 = techPreset('zhu2020-65nm');
const unit = techPreset('unit');

/** Counts 1, 2, 3 ... for the actions in order. */
const RISING = Object.fromEntries(ACTIONS.map((action, i) => [action, i + 1])) as unknown as ActionCounts;

const countsArbitrary = fc
  .array(fc.double({ min: 0, max: 1e15, noNaN: true }), {
    minLength: ACTIONS.length,
    maxLength: ACTIONS.length,
  })
  .map(
    (values) =>
      Object.fromEntries(ACTIONS.map((action, i) => [action, values[i]])) as unknown as ActionCounts,
  );

describe('scaling (Stillmaker and Baas 2017)', () => {
  it('makes 65 nm at 1.2 V 3.01 times 45 nm at 0.9 V, 1.95 times at 1.01 V', () => {
    // (3.755 x 1.44 - 4.398 x 1.2 + 1.975) / (1.018 x 0.81 - 0.3107 x 0.9 + 0.1539) = 2.1046 / 0.6989
    expect(FROM_45NM_0V9_TO_65NM_1V2).toBeCloseTo(3.01, 2);
    expect(energyFactor65nm(1.01) / energyFactor45nmHp(0.9)).toBeCloseTo(1.95, 2);
  });

  it('is what the table was built with', () => {
    const factor = FROM_45NM_0V9_TO_65NM_1V2;
    const { energies, areas } = zhu65;
    const close = (actual: number, expected: number): void => {
      expect(actual / expected).toBeCloseTo(1, 3); // the table has four digits
    };
    close(energies.matches.value, ((2 * 0.03) / 8) * factor); // two full adders
    close(energies.classMultiplications.value, 0.1 * factor); // half of 8 x 8, 0.2 pJ
    close(energies.rescales.value, 0.3 * factor); // 1.5 x 0.2 pJ
    close(energies.accumulations.value, 0.05 * factor);
    close(energies.thresholdComparisons.value, 0.0295 * factor);
    close(energies.loadedBits.value, 0.009 * factor);
    close(zhu65.memory.readBit.value, 34.5 / 64);
    close(areas.partialSumBits.value, 5.98 * AREA_FROM_40NM_TO_65NM);
    close(areas.popcountInputs.value, (725 * AREA_FROM_45NM_TO_65NM) / 128);
  });
});

describe('evaluateEnergy', () => {
  it('adds counts with the unit table', () => {
    // 1 + 2 + ... + 8 = 36, at every voltage
    expect(evaluateEnergy(unit, RISING, 0.7).totalPj).toBe(36);
  });

  it('scales with the square of the voltage', () => {
    const entry = zhu65.energies.accumulations; // 0.1506 pJ at 1.2 V
    expect(energyAt(entry, 0.6, 'square')).toBeCloseTo(entry.value / 4, 12);
    expect(energyAt(entry, 0.6, 'none')).toBe(entry.value);
  });

  it('totals its components, finite and not negative, for any counts', () => {
    fc.assert(
      fc.property(countsArbitrary, fc.double({ min: 0.5, max: 1.4, noNaN: true }), (counts, voltage) => {
        const { byComponentPj, totalPj } = evaluateEnergy(zhu65, counts, voltage);
        const parts = Object.values(byComponentPj);
        expect(parts).toHaveLength(ACTIONS.length);
        for (const pj of parts) expect(pj >= 0 && Number.isFinite(pj)).toBe(true);
        expect(totalPj).toBeCloseTo(
          parts.reduce((sum, pj) => sum + pj, 0),
          6,
        );
      }),
    );
  });

  it('sums layer by layer', () => {
    const one = evaluateEnergy(unit, RISING, 1);
    expect(sumEnergies([one, one]).totalPj).toBe(72); // 2 x 36
    expect(sumEnergies([]).totalPj).toBe(0);
  });

  it('refuses a negative or missing count', () => {
    expect(() => evaluateEnergy(unit, { ...RISING, matches: -1 }, 1)).toThrow(
      'matches: is -1, must be a finite number of 0 or more [invalid-action-count] — report this as a bug of Tally',
    );
    expect(() => evaluateEnergy(unit, { ...RISING, cycles: NaN }, 1)).toThrow(TallyError);
  });

  it('prices memory bits', () => {
    expect(memoryEnergyPj(unit, 10, 5, 1)).toBe(15); // 10 + 5
    // 64 bits read from 32 KB at 1.2 V: 34.5 pJ (CACTI 7)
    expect(memoryEnergyPj(zhu65, 64, 0, 1.2)).toBeCloseTo(34.5, 1);
  });
});

describe('evaluateArea', () => {
  it('counts the pieces of zhu2020', () => {
    expect(areaCounts(chipPreset('zhu2020'))).toEqual({
      searchableBits: 7168, // 6,144 + 1,024
      partialSumBits: 192,
      popcountInputs: 256, // n+ and n-
      multipliers: 1,
      adders: 1,
      comparators: 3, // 2^2 - 1
      rest: 1,
    });
  });

  it('reaches the published area with the calibrated rest; the pieces alone make 0.029 mm2', () => {
    const area = evaluateArea(zhu65, areaCounts(chipPreset('zhu2020')));
    expect(area.totalUm2 / 1e6).toBeCloseTo(0.5016, 6);
    expect((area.totalUm2 - area.byPieceUm2.rest) / 1e6).toBeCloseTo(0.0292, 4);
  });
});

describe('parseTech', () => {
  interface Entry {
    value: number;
  }
  const copy = (name: string) =>
    structuredClone(TECH_DOCUMENTS[name]) as { energies: Record<string, Entry>; calibration: unknown };

  it('refuses a table that charges nothing', () => {
    const table = copy('unit');
    for (const entry of Object.values(table.energies)) entry.value = 0;
    expect(() => parseTech(table, 'mine.json')).toThrow(
      "mine.json: energies: are all 0, at least one must be above 0: work without energy has no efficiency [no-positive-energy] — give the actions their energies, or use the table 'unit' to count actions alone",
    );
    table.energies['matches'].value = 1;
    expect(parseTech(table, 'mine.json').energies.matches.value).toBe(1);
  });

  it('refuses entries that are calibrated to nothing stated', () => {
    expect(() => parseTech({ ...copy('zhu2020-65nm'), calibration: null }, 'mine.json')).toThrow(
      "mine.json: calibration: is null, but energies.cycles, areas.rest are labelled 'calibrated' [calibration-missing] — state the chip and the figure fitted to, or label the entries by where they come from",
    );
  });

  it('reports missing and negative energies at once', () => {
    const table = structuredClone(TECH_DOCUMENTS['unit']) as {
      energies: Record<string, { value: number } | undefined>;
      memory: { readBit: { unit: string } };
    };
    table.energies['matches']!.value = -0.5;
    delete table.energies['cycles'];
    table.memory.readBit.unit = 'fJ';
    let issues: readonly Issue[] = [];
    try {
      parseTech(table, 'mine.json');
    } catch (error) {
      if (error instanceof TallyError) issues = error.issues;
    }
    expect(issues).toEqual([
      {
        code: 'value-too-small',
        path: 'mine.json: energies.matches.value',
        message: 'is -0.5, must be at least 0',
        remedy: 'give a larger value',
      },
      {
        code: 'field-missing',
        path: 'mine.json: energies.cycles',
        message: 'is missing, must be object',
        remedy: 'add the field',
      },
      {
        code: 'value-not-allowed',
        path: 'mine.json: memory.readBit.unit',
        message: `is "fJ", must be 'pJ'`,
        remedy: 'use an allowed value',
      },
    ]);
  });
});
