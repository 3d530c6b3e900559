import { TallyError, type Issue } from '../diagnostics/index.ts';
import type { Chip } from './chip.ts';

/** The clock may exceed the voltage-frequency model by this share: its parameters are rounded. */
const CLOCK_TOLERANCE = 1e-3;

/**
 * Highest clock at a supply voltage, MHz: alpha-power law f = gain * (V - Vt)^alpha / V
 * (Sakurai and Newton, IEEE JSSC 25(2):584-594, 1990).
 *
 * @param voltageV supply, volts; 0 MHz at or below the threshold
 */
export function maxClockMHz(chip: Chip, voltageV: number): number {
  const { alpha, thresholdVoltage, gain } = chip.voltageFrequency;
  const overdrive = voltageV - thresholdVoltage.value;
  return overdrive <= 0 ? 0 : (gain.value * overdrive ** alpha.value) / voltageV;
}

/**
 * How far a supply may lie outside the chip's operating points: a tenth of the outermost one. Our choice:
 * the curve is fitted through the points, is known to hold at nothing else, and has no upper end of its own
 * (at 1,000 V it gives zhu2020 26.6 GHz).
 */
const VOLTAGE_MARGIN = 0.1;

/** Supplies that can be priced, volts: the chip's operating points and a tenth beyond. */
export function voltageRange(chip: Chip): { readonly lowestV: number; readonly highestV: number } {
  const voltages = chip.operatingPoints.map(({ voltage }) => voltage.value);
  const rounded = (voltageV: number): number => Number(voltageV.toPrecision(6));
  return {
    lowestV: rounded(Math.min(...voltages) * (1 - VOLTAGE_MARGIN)),
    highestV: rounded(Math.max(...voltages) * (1 + VOLTAGE_MARGIN)),
  };
}

/** What forbids a supply and a clock; null when they are possible. */
export function checkClock(chip: Chip, voltageV: number, clockMHz: number, path: string): Issue | null {
  const threshold = chip.voltageFrequency.thresholdVoltage.value;
  if (!(voltageV > threshold)) {
    return {
      code: 'voltage-below-threshold',
      path: `${path}.voltage`,
      message: `is ${voltageV} V, must be above the effective threshold ${threshold} V of chip '${chip.name}'`,
      remedy: 'raise the voltage',
    };
  }
  const { lowestV, highestV } = voltageRange(chip);
  if (voltageV < lowestV || voltageV > highestV) {
    return {
      code: 'voltage-out-of-range',
      path: `${path}.voltage`,
      message: `is ${voltageV} V, must be ${lowestV} to ${highestV} V: 10 % around the operating points of chip '${chip.name}'`,
      remedy: 'choose a voltage in this range, or give the chip a point at yours',
    };
  }
  const highest = maxClockMHz(chip, voltageV);
  if (clockMHz > 0 && clockMHz <= highest * (1 + CLOCK_TOLERANCE)) return null;
  return {
    code: clockMHz > 0 ? 'clock-above-maximum' : 'clock-not-positive',
    path: `${path}.clock`,
    message: `is ${clockMHz} MHz, must be above 0 and at most ${highest.toFixed(2)} MHz at ${voltageV} V on chip '${chip.name}'`,
    remedy: 'lower the clock or raise the voltage',
  };
}

/** Issues of a chip's own operating points: names given twice, clocks that the voltage does not allow. */
export function checkOperatingPoints(chip: Chip, sourceName: string): readonly Issue[] {
  return chip.operatingPoints.flatMap(({ name, voltage, clock }, i) => {
    const path = `${sourceName}: operatingPoints.${i}`;
    const first = chip.operatingPoints.findIndex((point) => point.name === name);
    const duplicate: Issue = {
      code: 'duplicate-name',
      path: `${path}.name`,
      message: `is '${name}', which operatingPoints.${first} has already`,
      remedy: 'give each operating point its own name',
    };
    const issue = checkClock(chip, voltage.value, clock.value, path);
    return [...(first === i ? [] : [duplicate]), ...(issue === null ? [] : [issue])];
  });
}

/**
 * Supply and clock to price a run at: both given, or the voltage with its highest clock, or an
 * operating point of the chip by name.
 *
 * @throws TallyError `unknown-operating-point`, `voltage-below-threshold`, `voltage-out-of-range`,
 *   `clock-above-maximum`, `clock-not-positive`
 */
export function operatingPoint(
  chip: Chip,
  wanted: string | { readonly voltageV: number; readonly clockMHz?: number },
): { readonly voltageV: number; readonly clockMHz: number } {
  if (typeof wanted === 'string') {
    const point = chip.operatingPoints.find(({ name }) => name === wanted);
    if (point !== undefined) return { voltageV: point.voltage.value, clockMHz: point.clock.value };
    throw new TallyError([
      {
        code: 'unknown-operating-point',
        path: 'operating point',
        message: `chip '${chip.name}' has no operating point '${wanted}'`,
        remedy: `use one of ${chip.operatingPoints.map(({ name }) => name).join(', ')}, or give voltage and clock`,
      },
    ]);
  }
  const { voltageV, clockMHz = maxClockMHz(chip, voltageV) } = wanted;
  const issue = checkClock(chip, voltageV, clockMHz, 'operating point');
  if (issue !== null) throw new TallyError([issue]);
  return { voltageV, clockMHz };
}
