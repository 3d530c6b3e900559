import { describe, expect, it } from 'vitest';
import { evaluateEnergy, tableEntries, withValues, type TechTable } from '../energy/index.ts';
import { chipPreset, techPreset } from '../presets/index.ts';
import { uncertaintySchema, type FigureUncertainty, type UncertaintyMode } from '../report/index.ts';
import { calibrateResidual, calibrationTargets, priceReference } from './calibrate.ts';
import { uncertaintyReport, type PricedWork } from './uncertainty.ts';

const zhu = chipPreset('zhu2020');
const tech = techPreset('zhu2020-65nm');
const reference = priceReference(zhu, tech, 1.01);
const work: PricedWork = {
  macs: reference.macs,
  actions: reference.actions,
  traffic: { readBits: 64, writtenBits: 0 },
};
const report = uncertaintyReport(zhu, tech, 1.01, work);

function figure(name: string, mode: UncertaintyMode): FigureUncertainty {
  const found = report?.figures.find((one) => one.figure === name && one.mode === mode);
  if (found === undefined) throw new Error(`no ${name}, ${mode}`);
  return found;
}

/** The table with all entries that vary at one end. */
function atEnds(end: 'low' | 'high'): TechTable {
  return withValues(
    tech,
    new Map(
      tableEntries(tech).flatMap(({ path, entry }) =>
        entry.label === 'calibrated' ? [] : [[path, entry[end] ?? entry.value] as const],
      ),
    ),
  );
}

describe('the residual', () => {
  it.each([
    ['low', 'high'],
    ['high', 'low'],
  ] as const)('of the table has as its %s end what goes with the %s ends of the others', (end, others) => {
    const energy = calibrateResidual(zhu, atEnds(others));
    expect(energy?.cyclePj).toBeCloseTo(tech.energies.cycles[end] ?? NaN, 5);
    const { area } = calibrationTargets(tech, zhu);
    const { areas } = atEnds(others);
    // Every piece but the rest: 7,168 searchable bits, 192 partial sum bits, 256 popcount inputs, one of each, 3 comparators.
    const pieces =
      7168 * areas.searchableBits.value +
      192 * areas.partialSumBits.value +
      256 * areas.popcountInputs.value +
      areas.multipliers.value +
      areas.adders.value +
      3 * areas.comparators.value;
    expect((area?.areaUm2 ?? NaN) - pieces).toBeCloseTo(tech.areas.rest[end] ?? NaN, 0);
  });

  it('is fitted on the chip that the table names, also when another is priced', () => {
    expect(calibrationTargets(tech, chipPreset('lsq-w3a3'))).toEqual(calibrationTargets(tech, zhu));
    expect(calibrationTargets(techPreset('unit'), zhu)).toEqual({ energy: null, area: null });
    const elsewhere = { ...tech, calibration: { ...tech.calibration!, chip: 'nobody' } };
    expect(calibrationTargets(elsewhere, zhu)).toEqual({ energy: null, area: null });
  });

  it('fitted again makes the published figures certain, which are what it was fitted to', () => {
    const { interval, sampled } = figure('topsPerWatt', 'recalibrated');
    for (const value of [...Object.values(interval), ...Object.values(sampled)]) {
      expect(value).toBeCloseTo(11.6, 9);
    }
    expect(figure('areaMm2', 'recalibrated').interval.low).toBeCloseTo(0.5016, 9);
    expect(figure('areaMm2', 'recalibrated').interval.high).toBeCloseTo(0.5016, 9);
  });
});

describe('uncertaintyReport', () => {
  it('prices the typical table as a run does', () => {
    expect(figure('energy.totalPj', 'table').interval.typical).toBe(
      evaluateEnergy(tech, reference.actions, 1.01).totalPj,
    );
    expect(figure('energy.totalPj', 'table').interval.typical).toBeCloseTo(reference.energy.totalPj, 6);
  });

  it('adds the ends of all energies where the residual stays', () => {
    const { low, high } = figure('energy.totalPj', 'table').interval;
    expect(low).toBeCloseTo(evaluateEnergy(atEnds('low'), reference.actions, 1.01).totalPj, 3);
    expect(high).toBeCloseTo(evaluateEnergy(atEnds('high'), reference.actions, 1.01).totalPj, 3);
  });

  it('gives efficiencies as the inverse of energies', () => {
    const energy = figure('energy.totalPj', 'table').interval;
    const efficiency = figure('topsPerWatt', 'table').interval;
    expect(efficiency.low).toBeCloseTo((2 * work.macs) / energy.high, 9);
    expect(efficiency.high).toBeCloseTo((2 * work.macs) / energy.low, 9);
  });

  it('prices memory over the sizes of SRAM, scaled to the supply', () => {
    // 64 bits read: 3.31 pJ / 32 x 64 from 2 KB, 54.4 pJ from 64 KB, at 1.2 V
    const { low, high } = figure('memoryEnergyPj', 'table').interval;
    expect(low).toBeCloseTo(6.62 * (1.01 / 1.2) ** 2, 2);
    expect(high).toBeCloseTo(54.4 * (1.01 / 1.2) ** 2, 2);
  });

  it('names the three inputs that matter most', () => {
    const swings = figure('energy.totalPj', 'table').sensitivities;
    // Per vector: 9 x 128 x 4 searched bits x (1.98 - 0.17) fJ = 8.3 pJ, 18 loaded bits x (0.205 - 0.0271) = 3.2,
    // 9 multiplications x (0.6325 - 0.2917) = 3.1; 9 additions x (0.3162 - 0.1506) = 1.5 come fourth.
    expect(swings.map(({ path }) => path)).toEqual([
      'energies.searchedBits',
      'energies.loadedBits',
      'energies.classMultiplications',
    ]);
    // What cancels matters not at all.
    expect(figure('topsPerWatt', 'recalibrated').sensitivities).toEqual([]);
    expect(figure('areaMm2', 'table').sensitivities[0]).toMatchObject({
      path: 'areas.searchableBits',
      // 7,168 x (7.05 - 1.69) um2
      swing: expect.closeTo((7168 * (7.05 - 1.69)) / 1e6, 9) as number,
    });
  });

  it('fits its schema, and is the same for the same seed', () => {
    expect(uncertaintySchema.parse(report)).toEqual(report);
    expect(uncertaintyReport(zhu, tech, 1.01, work)).toEqual(report);
    const other = uncertaintyReport(zhu, tech, 1.01, work, {
      seed: 2,
      samples: 2000,
      distribution: 'log-triangular',
    });
    expect(other?.figures[0].sampled).not.toEqual(report?.figures[0].sampled);
    expect(other?.figures[0].interval).toEqual(report?.figures[0].interval);
  });

  it('says nothing where a table states no spreads', () => {
    expect(uncertaintyReport(zhu, techPreset('unit'), 1.01, work)).toBeNull();
  });

  it('leaves out the fitted residual where the spreads leave nothing for it', () => {
    const wide = {
      ...tech,
      energies: { ...tech.energies, matches: { ...tech.energies.matches, high: 10 } },
    };
    const modes = uncertaintyReport(zhu, wide, 1.01, work)?.figures.map(
      ({ figure: f, mode }) => `${f} ${mode}`,
    );
    expect(modes).toEqual([
      'energy.totalPj table',
      'topsPerWatt table',
      'memoryEnergyPj table',
      'areaMm2 table',
      'areaMm2 recalibrated',
    ]);
  });
});
