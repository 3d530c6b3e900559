import type { EvaluationReport } from '../report/index.ts';
import { describe, expect, it } from 'vitest';
import { chipPreset, techPreset } from '../presets/index.ts';
import type { Chip } from '../chip/index.ts';
import type { TechTable } from '../energy/index.ts';
import { reproductionSchema, type ReproductionRow } from '../report/index.ts';
import { calibrateResidual } from './calibrate.ts';
import { reproduceChip } from './reproduce.ts';

const tech = techPreset('zhu2020-65nm');

/** Published: Zhu et al., IEEE JETCAS 10(3):283-294, 2020, DOI 10.1109/JETCAS.2020.3014920, abstract. */
describe('reproduceChip(zhu2020)', () => {
  const rows = new Map(reproduceChip(chipPreset('zhu2020'), tech).map((row) => [row.figure, row]));

  it.each([
    // figure, published, tolerance of ours (relative), label
    ['Multiplication reduction', 12.8, 1e-12, 'reconstructed'], // 128 / (9 + 1)
    ['Macro storage', 7.36, 1e-12, 'calibrated'], // 6,144 + 1,024 + 192 bits
    ['Operations per cycle', 3580 / 143, 1e-3, 'calibrated'], // 2,304 / 92 = 25.043 against 25.035
    ['Operations per cycle, without the fitted overhead', 3580 / 143, 0.025, 'reconstructed'], // 256 / 10 = 25.6
    ['Peak throughput', 3.58, 1e-3, 'calibrated'], // 25.043 x 143 MHz = 3.5812
    ['Peak macro energy efficiency', 11.6, 1e-3, 'calibrated'],
    ['Active area', 0.5016, 1e-3, 'calibrated'], // 0.76 x 0.66 mm
    ['Area efficiency', 3.58 / 0.5016, 1e-3, 'calibrated'], // 7.137
    ['Macro power at 40 MHz', ((3580 / 143) * 40e-3 * 1e3) / 11.6, 1e-3, 'calibrated'], // 1.0014 GOPS / 11.6 = 86.3 uW
    ['Clock at 1.23 V', 143, 1e-3, 'calibrated'],
    ['Clock at 1.01 V', 40, 1e-3, 'calibrated'],
  ] as const)('%s', (figure, published, tolerance, label) => {
    const row = rows.get(figure);
    expect(row?.published).toBeCloseTo(published, 9);
    expect(Math.abs(row?.residual ?? NaN)).toBeLessThanOrEqual(tolerance);
    expect(row?.label).toBe(label);
  });

  it('shows what the model says without its fitted parameters', () => {
    // The bottom-up sum knows no clock, control or wires: it promises three times the published efficiency ...
    expect(rows.get('Peak macro energy efficiency, bottom-up only')?.ours).toBeCloseTo(35.7, 1);
    // ... and a seventeenth of the area.
    expect(rows.get('Active area, bottom-up only')?.ours).toBeCloseTo(0.0292, 4);
  });

  it.each([
    ['Peak throughput', ['timing.windowOverheadCycles']],
    ['Operations per cycle, without the fitted overhead', []],
    ['Clock at 1.01 V', ['voltageFrequency.thresholdVoltage', 'voltageFrequency.gain']],
    ['Peak macro energy efficiency', ['energies.cycles', 'timing.windowOverheadCycles']],
    ['Peak macro energy efficiency, bottom-up only', []],
    ['Active area', ['areas.rest']],
    ['Active area, bottom-up only', []],
    ['Area efficiency', ['timing.windowOverheadCycles', 'areas.rest']],
  ])('names what was calibrated to reach %s', (figure, parameters) => {
    expect(rows.get(figure)?.calibrated).toEqual(parameters);
  });

  it('reaches both published points within a tenth', () => {
    for (const figure of ['Peak throughput', 'Peak macro energy efficiency']) {
      expect(Math.abs(rows.get(figure)?.residual ?? NaN)).toBeLessThan(0.1);
    }
  });

  it('gives energies and areas as intervals over the spreads of the table', () => {
    // All energies at their high and low ends, the residual as it is: see uncertainty.test.ts
    const efficiency = rows.get('Peak macro energy efficiency')?.interval;
    expect(efficiency?.low).toBeCloseTo(7.818, 3);
    expect(efficiency?.high).toBeCloseTo(12.863, 3);
    // 7,168 x (1.69 to 7.05) + 256 x (8.50 to 15.46) + 5,551 um2 of the other pieces
    expect(rows.get('Active area, bottom-up only')?.interval).toEqual({
      low: expect.closeTo(0.01766, 5) as number,
      high: expect.closeTo(0.05787, 5) as number,
    });
    // 0.5016 less these
    expect(rows.get('Area left for periphery')).toMatchObject({
      ours: expect.closeTo(0.4724, 4) as number,
      interval: { low: expect.closeTo(0.4437, 4) as number, high: expect.closeTo(0.4839, 4) as number },
    });
    expect(rows.get('Operations per cycle')?.interval).toBeNull();
    expect(
      reproduceChip(chipPreset('zhu2020'), techPreset('unit')).every((row) => row.interval === null),
    ).toBe(true);
  });

  it('does not claim the accuracy row', () => {
    expect(rows.get('ImageNet top-1, 3-bit ResNet-18')).toMatchObject({
      published: 64.4,
      ours: null,
      residual: null,
      label: 'not-run',
    });
  });

  it('takes the accuracy from an evaluation, with its data set and interval', () => {
    const evaluation: EvaluationReport = {
      kind: 'tally-evaluation-report',
      formatVersion: 1,
      toolVersion: 'test',
      network: { name: 'r18.tally', hash: '0', form: 'integer' },
      dataset: { name: 'some 500', identity: '0', images: 500 },
      top1: { correct: 300, images: 500, share: 0.6, interval: { low: 0.556, high: 0.642 } },
      top5: { correct: 400, images: 500, share: 0.8, interval: { low: 0.76, high: 0.83 } },
      skipped: [],
      run: null,
    };
    const row = reproduceChip(chipPreset('zhu2020'), tech, evaluation).at(-1);
    // 60 / 64.4 - 1 = -0.0683
    expect(row).toMatchObject({ ours: 60, label: 'counted', residual: expect.closeTo(-0.0683, 4) as number });
    expect(row?.how).toBe(
      'r18.tally (integer) on some 500: 300 of 500 images, 95 % interval 55.6 % to 64.2 %; the published figure is on the validation set of 50,000.',
    );
  });

  it('calls no figure but the class counts anything better than calibrated where a fit reaches it', () => {
    for (const row of rows.values()) {
      // A fit through the figure leaves a residual of nearly nothing.
      if (row.label === 'reconstructed' && row.figure !== 'Multiplication reduction') {
        expect(Math.abs(row.residual ?? NaN)).toBeGreaterThan(0.01);
      }
    }
  });
});

describe('reproduceChip of the other presets', () => {
  it('reaches 12.8 with the bit-plane reading and not with the control', () => {
    const reduction = (name: string): number | null | undefined =>
      reproduceChip(chipPreset(name), tech).find(({ figure }) => figure === 'Multiplication reduction')?.ours;
    expect(reduction('zhu2020-w3a3')).toBe(12.8); // 128 / (3 x 3 + 1)
    expect(reduction('lsq-w3a3')).toBeCloseTo(6.74, 2); // 128 / 19
  });

  it('fits the schema of its rows, with any table', () => {
    for (const table of ['zhu2020-65nm', 'unit']) {
      const rows = reproduceChip(chipPreset('zhu2020'), techPreset(table));
      expect(reproductionSchema.parse(rows)).toEqual(rows);
    }
  });
});

describe('what reproduceChip says of fitted parameters', () => {
  const hows = (chip: Chip, table: TechTable): ReadonlyMap<string, ReproductionRow> =>
    new Map(reproduceChip(chip, table).map((row) => [row.figure, row]));

  it('does not call a parameter of another chip fitted to this one', () => {
    const rows = hows(chipPreset('lsq-w3a3'), tech);
    expect(rows.get('Operations per cycle')).toMatchObject({
      label: 'calibrated', // the number of cycles holds a calibrated parameter all the same
      how: '3x3x128: 9 vectors x 28 + 2 cycles per window; published value derived, GOPS / clock. The window overhead is a calibrated number, but not fitted to this figure of this chip.',
    });
    expect(rows.get('Peak throughput')?.how).toBe('operations per cycle x 143 MHz.');
    expect(rows.has('Operations per cycle, without the window overhead')).toBe(true);
    expect(rows.get('Peak macro energy efficiency')?.how).toMatch(
      /fitted to 11\.6 TOPS\/W of chip zhu2020, not of this chip\.$/,
    );
    expect(rows.get('Active area')?.how).toMatch(/of chip zhu2020, not of this chip\.$/);
  });

  it('claims neither literature nor a fit of a table of ones', () => {
    const rows = hows(chipPreset('zhu2020'), techPreset('unit'));
    expect([...rows.keys()].filter((figure) => figure.endsWith('bottom-up only'))).toEqual([]);
    expect(rows.get('Peak macro energy efficiency')).toMatchObject({
      label: 'calibrated', // through the window overhead
      how: 'reference 3x3x128 workload, 25 % zero weights, 50 % zero activations (37.5 % of pairs nonzero), 1.01 V; energies of table unit, its energy per cycle not fitted; the cycles hold the calibrated window overhead.',
    });
    expect(rows.get('Macro energy efficiency at 1.23 V')?.how).toBe(
      'energies of table unit hold at every voltage; not published.',
    );
    expect(rows.get('Active area')).toMatchObject({
      label: 'reconstructed',
      how: 'pieces x areas of table unit, the rest not fitted.',
    });
    expect(rows.get('Area efficiency')).toMatchObject({
      label: 'calibrated',
      how: 'peak throughput (calibrated) / active area (reconstructed); published value derived.',
    });
  });

  it('takes labels from the quantities, not from the figures', () => {
    const zhu = chipPreset('zhu2020');
    const { timing, voltageFrequency } = zhu;
    const rows = hows(
      {
        ...zhu,
        timing: {
          ...timing,
          windowOverheadCycles: { ...timing.windowOverheadCycles, label: 'reconstructed' },
        },
        voltageFrequency: {
          ...voltageFrequency,
          gain: { ...voltageFrequency.gain, label: 'literature' },
          thresholdVoltage: { ...voltageFrequency.thresholdVoltage, label: 'literature' },
        },
      },
      techPreset('unit'),
    );
    for (const row of rows.values()) {
      if (row.figure === 'Macro storage') continue; // its organisation is still chosen
      expect([row.figure, row.label]).not.toContain('calibrated');
      expect(row.how).not.toMatch(/is fitted|calibrated/);
    }
    expect(rows.get('Clock at 1.23 V')?.how).toBe(
      'f = gain (V - Vt)^alpha / V with the parameters of the chip file.',
    );
  });
});

describe('calibrateResidual', () => {
  it('is the energy per cycle that the table states', () => {
    // 86.2 fJ/OP x 2,304 OP = 198.6 pJ per window; bottom-up 64.5 pJ; the rest over 92 cycles: 1.458 pJ
    const fitted = calibrateResidual(chipPreset('zhu2020'), tech);
    expect(fitted?.cyclePj).toBeCloseTo(tech.energies.cycles.value, 5);
    expect(fitted?.voltageV).toBe(tech.energies.cycles.voltageV);
    expect(fitted?.uncalibratedTopsPerWatt).toBeCloseTo(35.7, 1);
  });
});
