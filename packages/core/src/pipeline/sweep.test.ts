import { describe, expect, it } from 'vitest';
import { chipPreset, techPreset } from '../presets/index.ts';
import { voltageSweepSchema } from '../report/index.ts';
import { sweepVoltage } from './sweep.ts';

const zhu = chipPreset('zhu2020');
const tech = techPreset('zhu2020-65nm');
const sweep = sweepVoltage(zhu, tech);
const at = (voltageV: number) => sweep.points.find((point) => point.voltageV === voltageV);

describe('sweepVoltage', () => {
  it('goes through the published points, marked as such', () => {
    expect(at(1.23)).toMatchObject({
      region: 'operating-point',
      operatingPoint: 'peak-throughput',
      clockMHz: expect.closeTo(143, 1) as number,
      gops: expect.closeTo(3.581, 3) as number, // 2,304 / 92 OP per cycle x 143 MHz
    });
    expect(at(1.01)).toMatchObject({
      region: 'operating-point',
      operatingPoint: 'peak-efficiency',
      clockMHz: expect.closeTo(40, 2) as number,
      topsPerWatt: expect.closeTo(11.6, 4) as number,
      energyPerOpFj: expect.closeTo(86.2, 1) as number, // 1 / 11.6
      powerUw: expect.closeTo(86.4, 1) as number, // 1.0017 GOPS / 11.6 TOPS/W
    });
    expect(sweep.published).toEqual([
      { operatingPoint: 'peak-throughput', voltageV: 1.23, clockMHz: 143, gops: 3.58, topsPerWatt: null },
      { operatingPoint: 'peak-efficiency', voltageV: 1.01, clockMHz: 40, gops: null, topsPerWatt: 11.6 },
    ]);
  });

  it('says which points are measured, interpolated, extrapolated', () => {
    // 10 % around the operating points: 0.909 to 1.353 V, 13 supplies and the two points between.
    expect(sweep.points).toHaveLength(15);
    expect([sweep.points[0].voltageV, sweep.points.at(-1)?.voltageV]).toEqual([0.909, 1.353]);
    for (const { voltageV, region } of sweep.points) {
      const expected =
        voltageV === 1.01 || voltageV === 1.23
          ? 'operating-point'
          : voltageV > 1.01 && voltageV < 1.23
            ? 'between'
            : 'extrapolated';
      expect([voltageV, region]).toEqual([voltageV, expected]);
    }
    expect(sweep.labels).toEqual({ clock: 'calibrated', throughput: 'calibrated', energy: 'calibrated' });
    expect(sweep.calibrated).toEqual([
      'voltageFrequency.thresholdVoltage',
      'voltageFrequency.gain',
      'energies.cycles',
      'timing.windowOverheadCycles',
    ]);
  });

  it('rises in clock, falls in efficiency; energy is quadratic in the supply', () => {
    for (const [i, point] of sweep.points.entries()) {
      const { low, high } = point.topsPerWattInterval!;
      expect(low).toBeLessThan(point.topsPerWatt);
      expect(high).toBeGreaterThan(point.topsPerWatt);
      expect(point.powerUw).toBeCloseTo((point.gops / point.topsPerWatt) * 1e3, 6);
      if (i === 0) continue;
      expect(point.clockMHz).toBeGreaterThan(sweep.points[i - 1].clockMHz);
      expect(point.energyPerOpFj / sweep.points[0].energyPerOpFj).toBeCloseTo(
        (point.voltageV / sweep.points[0].voltageV) ** 2,
        9,
      );
    }
  });

  it('names no calibrated parameter and no interval where there is none', () => {
    const unit = sweepVoltage(zhu, techPreset('unit'), { fromV: 1, toV: 1.1, steps: 2 });
    expect(unit.points.map(({ voltageV }) => voltageV)).toEqual([1, 1.01, 1.05, 1.1]);
    expect(unit.points.every(({ topsPerWattInterval }) => topsPerWattInterval === null)).toBe(true);
    expect(unit.calibrated).not.toContain('energies.cycles');
    expect(unit.notes).toContain('Energies of table unit hold at every supply.');
    expect(voltageSweepSchema.parse(unit)).toEqual(unit);
  });

  it.each([
    [
      { fromV: 0.7 },
      "from.voltage: is 0.7 V, must be above the effective threshold 0.87797 V of chip 'zhu2020' [voltage-below-threshold] — raise the voltage",
    ],
    [
      { toV: 1.5 },
      "to.voltage: is 1.5 V, must be 0.909 to 1.353 V: 10 % around the operating points of chip 'zhu2020' [voltage-out-of-range] — choose a voltage in this range, or give the chip a point at yours",
    ],
    [
      { fromV: 1.1, toV: 1.1 },
      'from: is 1.1 V, must be below to, 1.1 V [sweep-range] — give the lower supply first',
    ],
    [{ steps: 0 }, 'steps: is 0, must be a whole number from 1 to 10000 [sweep-steps] — give such a number'],
  ])('refuses %j', (options, text) => {
    expect(() => sweepVoltage(zhu, tech, options)).toThrow(text);
  });
});
