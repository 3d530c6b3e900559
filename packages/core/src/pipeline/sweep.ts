import { checkClock, maxClockMHz, voltageRange, type Chip } from '../chip/index.ts';
import { fail, throwIfAny } from '../diagnostics/index.ts';
import { evaluateEnergy, type TechTable } from '../energy/index.ts';
import type { PublishedSweepFigure, SweepPoint, SweepRegion, VoltageSweep } from '../report/index.ts';
import { weakestLabel } from '../units/index.ts';
import { priceReference } from './calibrate.ts';
import { calibratedParameters } from './calibrated-parameters.ts';
import { modelLabels } from './model-labels.ts';
import { spreadOf } from './reproduce-support.ts';

/** Supplies of a sweep; left out: the whole range of the chip's model, 12 steps. */
export interface SweepOptions {
  readonly fromV?: number | undefined;
  readonly toV?: number | undefined;
  /** Steps between them, 1 to 10,000: one more supply than steps. */
  readonly steps?: number | undefined;
}

const MOST_STEPS = 10_000;

/** Supplies are compared and stated to the microvolt. */
function microvolts(voltageV: number): number {
  return Math.round(voltageV * 1e6);
}

function supplies(fromV: number, toV: number, steps: number): readonly number[] {
  return Array.from({ length: steps + 1 }, (_, i) => microvolts(fromV + ((toV - fromV) * i) / steps) / 1e6);
}

/**
 * Clock, throughput and energy of the reference workload over the supply: the clock by the chip's curve
 * f = gain (V - Vt)^alpha / V, energy by the table's voltage scaling.
 *
 * @throws TallyError `sweep-range`, `sweep-steps`, `voltage-below-threshold`, `voltage-out-of-range`
 */
export function sweepVoltage(chip: Chip, tech: TechTable, options: SweepOptions = {}): VoltageSweep {
  const range = voltageRange(chip);
  const { fromV = range.lowestV, toV = range.highestV, steps = 12 } = options;
  if (!(fromV < toV)) {
    fail('sweep-range', 'from', `is ${fromV} V, must be below to, ${toV} V`, 'give the lower supply first');
  }
  if (!Number.isInteger(steps) || steps < 1 || steps > MOST_STEPS) {
    fail(
      'sweep-steps',
      'steps',
      `is ${steps}, must be a whole number from 1 to ${MOST_STEPS}`,
      'give such a number',
    );
  }
  // The clock is that of the curve: only the supply can be out of its range.
  throwIfAny(
    [checkSupply(chip, fromV, 'from'), checkSupply(chip, toV, 'to')].flatMap((issue) => issue ?? []),
  );
  const points = chip.operatingPoints.map(({ voltage }) => voltage.value);
  const inRange = points.filter(
    (voltageV) => microvolts(voltageV) >= microvolts(fromV) && microvolts(voltageV) <= microvolts(toV),
  );
  const voltages = [...new Set([...supplies(fromV, toV, steps), ...inRange])].sort((a, b) => a - b);
  const labels = modelLabels(chip, tech);
  const { curve, energy } = calibratedParameters(chip, tech);
  return {
    kind: 'tally-voltage-sweep',
    formatVersion: 1,
    chip: chip.name,
    tech: tech.name,
    points: voltages.map((voltageV) => sweepPoint(chip, tech, voltageV)),
    published: publishedFigures(chip),
    labels: {
      clock: labels.curve,
      throughput: weakestLabel([labels.cycles, labels.curve]),
      energy: labels.energy,
    },
    calibrated: [...new Set([...curve, ...energy])],
    notes: sweepNotes(chip, tech),
  };
}

function checkSupply(chip: Chip, voltageV: number, path: string) {
  return checkClock(chip, voltageV, maxClockMHz(chip, voltageV), path);
}

function regionOf(chip: Chip, voltageV: number): SweepRegion {
  const measured = chip.operatingPoints.map(({ voltage }) => microvolts(voltage.value));
  const here = microvolts(voltageV);
  if (measured.includes(here)) return 'operating-point';
  return here > Math.min(...measured) && here < Math.max(...measured) ? 'between' : 'extrapolated';
}

function sweepPoint(chip: Chip, tech: TechTable, voltageV: number): SweepPoint {
  const { macs, cycles, actions } = priceReference(chip, tech, voltageV);
  const energyOf = (table: TechTable): number => evaluateEnergy(table, actions, voltageV).totalPj;
  const energyPj = energyOf(tech);
  const clockMHz = maxClockMHz(chip, voltageV);
  const gops = ((2 * macs) / cycles) * clockMHz * 1e-3;
  const named = chip.operatingPoints.find(
    ({ voltage }) => microvolts(voltage.value) === microvolts(voltageV),
  );
  return {
    voltageV,
    clockMHz,
    region: regionOf(chip, voltageV),
    operatingPoint: named?.name ?? null,
    gops,
    energyPerOpFj: (energyPj * 1e3) / (2 * macs),
    topsPerWatt: (2 * macs) / energyPj,
    topsPerWattInterval: spreadOf(tech, 'energies', (table) => (2 * macs) / energyOf(table)),
    // pJ per cycle x MHz = uW
    powerUw: (energyPj / cycles) * clockMHz,
  };
}

function publishedFigures({ operatingPoints, published }: Chip): readonly PublishedSweepFigure[] {
  return operatingPoints.map(({ name, voltage, clock }) => ({
    operatingPoint: name,
    voltageV: voltage.value,
    clockMHz: clock.value,
    gops: name === 'peak-throughput' ? (published.peakGops?.value ?? null) : null,
    topsPerWatt: name === 'peak-efficiency' ? (published.peakTopsPerWatt?.value ?? null) : null,
  }));
}

function sweepNotes(chip: Chip, tech: TechTable): readonly string[] {
  const { operatingPoints } = chip;
  const fitted = Object.entries(chip.voltageFrequency).flatMap(([name, { label }]) =>
    label === 'calibrated' ? [name] : [],
  );
  return [
    ...(fitted.length === 0
      ? []
      : [
          `The curve's ${fitted.join(' and ')} ${fitted.length === 1 ? 'is' : 'are'} fitted through ${operatingPoints.length} operating points: the clock there reproduces nothing, between them it is a smooth curve, outside it is extrapolated.`,
        ]),
    tech.voltageScaling === 'square'
      ? 'Energy scales with the square of the supply. Leakage is not modelled: at low clocks the chip would be less efficient than this.'
      : `Energies of table ${tech.name} hold at every supply.`,
    'Reference workload: a 3x3x128 layer that fills the macro; macro only, no memory traffic.',
  ];
}
