import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, SWITCHING, type ActionCounts, type SwitchingCounts } from '../chip/index.ts';
import { TallyError } from '../diagnostics/index.ts';
import { techPreset } from '../presets/index.ts';
import { energyAt } from './evaluate.ts';
import { sumTerms, switchingTerms, type MeasuredWork } from './switching.ts';

const unit = techPreset('unit');
const zhu65 = techPreset('zhu2020-65nm');

/** Two steps of one key over 8 entries of 3 bits each: 48 bits; 5 + 2 bits could match. */
const work: MeasuredWork = {
  actions: {
    searchedBits: 48,
    matches: 4,
    classMultiplications: 2,
    rescales: 2,
    accumulations: 2,
    thresholdComparisons: 0,
    loadedBits: 48,
    cycles: 20,
  },
  switching: {
    unusedBits: 12,
    skippedBits: 15,
    matchLineToggles: 6,
    counterToggles: 5,
    productToggles: 7,
    vectorSumToggles: 11,
  },
};

function of(terms: ReturnType<typeof switchingTerms>): Readonly<Record<string, number>> {
  return Object.fromEntries(terms.map(({ name, energyPj }) => [name, energyPj]));
}

const arbitraryWork = fc
  .record({
    counts: fc.array(fc.integer({ min: 0, max: 1e9 }), {
      minLength: ACTIONS.length + SWITCHING.length,
      maxLength: ACTIONS.length + SWITCHING.length,
    }),
    cycles: fc.integer({ min: 1, max: 1e9 }),
  })
  .map(({ counts, cycles }): MeasuredWork => {
    const actions = Object.fromEntries(ACTIONS.map((name, i) => [name, counts[i]]));
    const switching = Object.fromEntries(SWITCHING.map((name, i) => [name, counts[ACTIONS.length + i]]));
    const searchedBits = switching['unusedBits'] + switching['skippedBits'] + counts[0];
    return {
      actions: { ...actions, searchedBits, cycles } as unknown as ActionCounts,
      switching: switching as unknown as SwitchingCounts,
    };
  });

describe('switchingTerms', () => {
  it('splits the entries of a table whose cycles are no residual', () => {
    // Bits 12 and 15 at 1 pJ are not spent; 4 matches are 8 toggles, 2 of which did not happen, at half a pJ.
    expect(of(switchingTerms(unit, work, null, 1.01))).toEqual({
      'entries not in use': -12,
      'searches skipped': -15,
      'match lines that stay up': -1,
    });
    expect(of(switchingTerms(unit, work, work, 1.01))).toEqual(of(switchingTerms(unit, work, null, 1.01)));
  });

  it('prices registers out of a calibrated residual, fitted again', () => {
    const { searchedBits, matches, loadedBits } = zhu65.energies;
    const at = (entry: typeof matches): number => energyAt(entry, 1.01, 'square');
    const terms = switchingTerms(zhu65, work, work, 1.01);
    const made = of(terms);
    expect(made['entries not in use']).toBe(-12 * at(searchedBits));
    expect(made['searches skipped']).toBe(-15 * at(searchedBits));
    expect(made['match lines that stay up']).toBe(-at(matches));
    expect(made['counters']).toBe(5 * at(loadedBits));
    expect(made['class product']).toBe(7 * at(loadedBits));
    expect(made['vector sum']).toBe(11 * at(loadedBits));
    // 0.0271 pJ x 23 toggles - 0.00077 x 27 bits - 0.02259 = 0.57992 pJ at 1.2 V, x (1.01 / 1.2)^2 = 0.41082
    expect(made['residual, fitted again']).toBeCloseTo(-0.41082, 5);
    expect(Object.fromEntries(terms.map(({ name, label }) => [name, label]))).toEqual({
      'entries not in use': 'reconstructed',
      'searches skipped': 'reconstructed',
      'match lines that stay up': 'reconstructed',
      counters: 'reconstructed',
      'class product': 'reconstructed',
      'vector sum': 'reconstructed',
      'residual, fitted again': 'calibrated',
    });
  });

  it('leaves the residual, and the registers in it, where its work is not known', () => {
    expect(switchingTerms(zhu65, work, null, 1.01).map(({ name }) => name)).toEqual([
      'entries not in use',
      'searches skipped',
      'match lines that stay up',
    ]);
  });

  it('changes nothing for the work that the residual was fitted on, however long it runs', () => {
    fc.assert(
      fc.property(arbitraryWork, fc.double({ min: 0.9, max: 1.3, noNaN: true }), (some, voltageV) => {
        const terms = switchingTerms(zhu65, some, some, voltageV);
        const size = terms.reduce((sum, { energyPj }) => sum + Math.abs(energyPj), 0);
        expect(Math.abs(sumTerms(terms))).toBeLessThanOrEqual(1e-12 * size);
      }),
    );
  });

  it('is what two works make apart, together', () => {
    fc.assert(
      fc.property(arbitraryWork, arbitraryWork, arbitraryWork, (one, other, reference) => {
        const both: MeasuredWork = {
          actions: Object.fromEntries(
            ACTIONS.map((name) => [name, one.actions[name] + other.actions[name]]),
          ) as unknown as ActionCounts,
          switching: Object.fromEntries(
            SWITCHING.map((name) => [name, one.switching[name] + other.switching[name]]),
          ) as unknown as SwitchingCounts,
        };
        const first = switchingTerms(zhu65, one, reference, 1.2);
        const second = switchingTerms(zhu65, other, reference, 1.2);
        for (const [i, { energyPj, count }] of switchingTerms(zhu65, both, reference, 1.2).entries()) {
          expect(count).toBe(first[i].count + second[i].count);
          const size = Math.abs(first[i].energyPj) + Math.abs(second[i].energyPj);
          expect(Math.abs(energyPj - first[i].energyPj - second[i].energyPj)).toBeLessThanOrEqual(
            1e-12 * size,
          );
        }
      }),
    );
  });

  it('refuses counts that cannot be', () => {
    const refused = (switching: Partial<SwitchingCounts>): string => {
      try {
        switchingTerms(unit, { ...work, switching: { ...work.switching, ...switching } }, null, 1);
      } catch (error) {
        if (error instanceof TallyError)
          return error.issues.map(({ path, message }) => `${path} ${message}`).join();
        throw error;
      }
      return 'nothing';
    };
    expect(refused({ counterToggles: -1 })).toBe(
      'counterToggles is -1, must be a finite number of 0 or more',
    );
    expect(refused({ unusedBits: NaN })).toBe('unusedBits is NaN, must be a finite number of 0 or more');
    expect(refused({ skippedBits: 37 })).toBe('unusedBits + skippedBits is 49, above the 48 bits searched');
    expect(refused({ skippedBits: 36 })).toBe('nothing');
  });
});
