import { describe, expect, it } from 'vitest';
import { bitSerialWork, parseBitSerialArray } from '../chip/index.ts';
import { tableEntries } from '../energy/index.ts';
import { arrayPreset, techPreset } from '../presets/index.ts';
import { CHIP_DOCUMENTS } from '../presets/presets.gen.ts';
import { reproductionSchema } from '../report/index.ts';
import { bitSerialEnergyPj, predictArray } from './predict-array.ts';

const kim = arrayPreset('kim2019');
const tech = techPreset('zhu2020-65nm');
const rows = new Map(predictArray(kim, tech).map((row) => [row.figure, row]));

describe('bitSerialWork', () => {
  it('cuts columns into column MACs of N + 7 cells', () => {
    expect(bitSerialWork(kim, 1)).toEqual({
      neurons: 16, // 128 / (1 + 7)
      macs: 2048, // 16 x 128
      cycles: 1,
      bitProducts: 2048,
      fullAdders: 16_384, // every cell of the array
      accumulations: 0,
      inputBits: 128,
    });
    expect(bitSerialWork(kim, 16)).toEqual({
      neurons: 5, // 128 / 23 = 5.6
      macs: 640,
      cycles: 16,
      bitProducts: 163_840, // 640 x 16 x 16
      fullAdders: 235_520, // 640 x 23 cells x 16 cycles
      accumulations: 80, // 5 x 16
      inputBits: 2048,
    });
  });
});

describe('predictArray', () => {
  it('prices products as searched bits, full adders as half a match', () => {
    // With the unit table: 2,048 + 16,384 / 2 + 0 + 128
    expect(bitSerialEnergyPj(kim, techPreset('unit'), 1, 1)).toBe(10_368);
    // 163,840 + 235,520 / 2 + 80 + 2,048
    expect(bitSerialEnergyPj(kim, techPreset('unit'), 16, 1)).toBe(283_728);
  });

  it('reports the error of its prediction, whatever it is', () => {
    // 2 x 2,048 / ((2,048 x 0.00077 + 8,192 x 0.02259 + 128 x 0.0271) / 1.44) = 4,096 / 132.0 pJ
    expect(rows.get('Macro energy efficiency, 1 bit')).toMatchObject({
      published: 117.3,
      ours: expect.closeTo(31.03, 2) as number,
      residual: expect.closeTo(-0.735, 3) as number,
    });
    // 2 x 640 / ((163,840 x 0.00077 + 117,760 x 0.02259 + 80 x 0.1506 + 2,048 x 0.0271) / 1.44) = 1,280 / 1,981.9 pJ
    expect(rows.get('Macro energy efficiency, 16 bit')).toMatchObject({
      published: 2.06,
      ours: expect.closeTo(0.6459, 4) as number,
      residual: expect.closeTo(-0.686, 3) as number,
    });
    // The supply cancels: 31.03 / 0.6459
    expect(rows.get('Efficiency at 1 bit / at 16 bit')).toMatchObject({
      published: expect.closeTo(56.94, 2) as number,
      ours: expect.closeTo(48.04, 2) as number,
      residual: expect.closeTo(-0.156, 3) as number,
    });
    // 16,384 x (3.30 + 263.883 / 16) um2
    expect(rows.get('Macro area')).toMatchObject({
      published: 0.2272,
      ours: expect.closeTo(0.3243, 4) as number,
      residual: expect.closeTo(0.427, 3) as number,
    });
  });

  it('spans the spreads of the table and the supply that the abstract leaves open', () => {
    const { interval, ours } = rows.get('Macro energy efficiency, 1 bit')!;
    // High: all energies at their low ends, 0.6 V; low: high ends, 1.2 V.
    const best = (2048 * 0.00017 + 8192 * 0.01882 + 128 * 0.0271) * (0.6 / 1.2) ** 2;
    const worst = 2048 * 0.00198 + 8192 * 0.03953 + 128 * 0.205;
    expect(interval?.high).toBeCloseTo(4096 / best, 1);
    expect(interval?.low).toBeCloseTo(4096 / worst, 1);
    expect(interval!.low).toBeLessThan(ours!);
    expect(interval!.high).toBeGreaterThan(ours!);
  });

  it('has nothing fitted to the chip: its published figures enter no figure of ours', () => {
    const twice = {
      ...kim,
      published: {
        efficiencies: kim.published.efficiencies.map(({ bits, topsPerWatt }) => ({
          bits,
          topsPerWatt: { ...topsPerWatt, value: 2 * topsPerWatt.value },
        })),
        areaMm2: null,
      },
    };
    const ours = (array: typeof kim) => predictArray(array, tech).map((row) => row.ours);
    expect(ours(twice)).toEqual(ours(kim));
    for (const row of rows.values()) {
      expect(row.calibrated).toEqual([]);
      expect(row.label).toBe('reconstructed');
      expect(row.how).toContain('nothing fitted');
    }
  });

  it('uses no calibrated entry, and the table was calibrated to another chip', () => {
    const { energies, areas } = tech;
    const changed = {
      ...tech,
      energies: { ...energies, cycles: { ...energies.cycles, value: 99 } },
      areas: { ...areas, rest: { ...areas.rest, value: 99 } },
    };
    expect(predictArray(kim, changed)).toEqual([...rows.values()]);
    expect(tech.calibration?.chip).toBe('zhu2020');
    for (const { entry } of tableEntries(tech)) {
      expect(`${entry.source} ${entry.how}`).not.toMatch(/Kim|Colonnade|117\.3|2\.06 TOPS/);
    }
  });

  it('fits the schema of its rows, with any table', () => {
    for (const table of [tech, techPreset('unit')]) {
      const predicted = predictArray(kim, table);
      expect(reproductionSchema.parse(predicted)).toEqual(predicted);
    }
  });
});

describe('parseBitSerialArray', () => {
  interface Document {
    geometry: { rows: { value: number } };
    supply: { low: number; high: number };
    published: { efficiencies: { bits: number }[] };
  }

  it('refuses a supply outside its range, column MACs that do not fit, precisions given twice', () => {
    const document = structuredClone(CHIP_DOCUMENTS['kim2019']) as Document;
    document.supply.low = 1.1;
    document.geometry.rows.value = 20;
    document.published.efficiencies.push({ ...document.published.efficiencies[0] });
    expect(() => parseBitSerialArray(document, 'mine.json')).toThrow(
      [
        'mine.json: supply.value: is 1 V, must lie between low and high, 1.1 to 1.2 V [supply-outside-range] — widen the range, or correct the supply',
        'mine.json: published.efficiencies.1.bits: is 16: a column MAC of 16 + 7 cells, must fit the 20 rows [column-mac-too-tall] — correct the geometry or the precision',
        'mine.json: published.efficiencies.2.bits: is 1, which published.efficiencies.0 has already [duplicate-precision] — give each precision once',
      ].join('\n'),
    );
  });
});
