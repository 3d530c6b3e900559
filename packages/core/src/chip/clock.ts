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
  const highest = maxClockMHz(chip, voltageV);
  if (clockMHz > 0 && clockMHz <= highest * (1 + CLOCK_TOLERANCE)) return null;
  return {
    code: clockMHz > 0 ? 'clock-above-maximum' : 'clock-not-positive',
    path: `${path}.clock`,
    message: `is ${clockMHz} MHz, must be above 0 and at most ${highest.toFixed(2)} MHz at ${voltageV} V on chip '${chip.name}'`,
    remedy: 'lower the clock or raise the voltage',
  };
}

/** Issues of a chip's own operating points. */
export function checkOperatingPoints(chip: Chip, sourceName: string): readonly Issue[] {
  return chip.operatingPoints.flatMap(({ voltage, clock }, i) => {
    const issue = checkClock(chip, voltage.value, clock.value, `${sourceName}: operatingPoints.${i}`);
    return issue === null ? [] : [issue];
  });
}

/**
 * Supply and clock to price a run at: both given, or the voltage with its highest clock, or an
 * operating point of the chip by name.
 *
 * @throws TallyError `unknown-operating-point`, `voltage-below-threshold`, `clock-above-maximum`, `clock-not-positive`
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
