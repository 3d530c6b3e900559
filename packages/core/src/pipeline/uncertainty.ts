import type { ActionCounts, Chip } from '../chip/index.ts';
import {
  areaCounts,
  areaResidual,
  describeSamples,
  energyResidual,
  evaluateArea,
  evaluateEnergy,
  linearFigure,
  linearInterval,
  linearSamples,
  linearSensitivities,
  memoryEnergyPj,
  recalibratedArea,
  recalibratedEnergy,
  sampleInputs,
  uncertainInputs,
  withValues,
  type EntryGroup,
  type MonteCarloOptions,
  type TableFigure,
  type TechTable,
  type UncertainInput,
} from '../energy/index.ts';
import type { FigureUncertainty, UncertaintyMode, UncertaintyReport } from '../report/index.ts';
import { calibrationTargets } from './calibrate.ts';

/** What is priced: actions and traffic of one image, whatever made them. */
export interface PricedWork {
  readonly macs: number;
  readonly actions: ActionCounts;
  /** Bits that the macro reads from and writes to the memory beside it. */
  readonly traffic: { readonly readBits: number; readonly writtenBits: number };
}

/** Settings of the Monte Carlo run of a report where nothing else is asked for. */
export const REPORT_SAMPLING: MonteCarloOptions = {
  seed: 1,
  samples: 2000,
  distribution: 'log-triangular',
};

/** A swing below this share of a figure is its rounding, not an influence. */
export const ROUNDING = 1e-9;

/** Inputs named in a report for each figure, those that have no influence left out. */
export const MOST_NAMED = 3;

interface Asked {
  readonly figure: string;
  readonly unit: string;
  readonly mode: UncertaintyMode;
  readonly group: EntryGroup;
  /** Linear in the entries of its group. */
  readonly linear: TableFigure;
  /** The figure from that, monotone. */
  readonly transform: (value: number) => number;
}

const itself = (value: number): number => value;

/** A table's residuals fitted again, or null where there is nothing to fit or the spreads leave nothing for it. */
export function refits(tech: TechTable, chip: Chip) {
  const { energy, area } = calibrationTargets(tech, chip);
  // Residuals fall as the other entries rise: where they are positive at all high ends they are everywhere.
  const atHighEnds = withValues(
    tech,
    new Map(uncertainInputs(tech, ['energies', 'areas']).map(({ path, high }) => [path, high])),
  );
  return {
    energy:
      energy !== null && energyResidual(atHighEnds, energy).cyclePj >= 0
        ? (table: TechTable) => recalibratedEnergy(table, energy)
        : null,
    area:
      area !== null && areaResidual(atHighEnds, area).restUm2 >= 0
        ? (table: TechTable) => recalibratedArea(table, area)
        : null,
  };
}

/**
 * Energy, efficiency, memory energy and area over the spreads of the table's entries: exact intervals, Monte Carlo,
 * and the inputs that matter most. Figures that hold a calibrated residual come twice: with the residual as the table
 * states it, and with the residual fitted again to the published figure.
 *
 * @param voltageV supply at which the work is priced
 * @returns null when the table states no spreads
 * @throws TallyError `monte-carlo-samples`, `monte-carlo-seed`
 */
export function uncertaintyReport(
  chip: Chip,
  tech: TechTable,
  voltageV: number,
  work: PricedWork,
  options: MonteCarloOptions = REPORT_SAMPLING,
): UncertaintyReport | null {
  const pieces = areaCounts(chip);
  const energyPj: TableFigure = (table) => evaluateEnergy(table, work.actions, voltageV).totalPj;
  const perPicojoule = (pj: number): number => (2 * work.macs) / pj;
  const areaMm2: TableFigure = (table) => evaluateArea(table, pieces).totalUm2 / 1e6;
  const { readBits, writtenBits } = work.traffic;
  const refit = refits(tech, chip);
  const both = (
    ask: Omit<Asked, 'mode'>,
    again: ((table: TechTable) => TechTable) | null,
  ): readonly Asked[] => [
    { ...ask, mode: 'table' },
    ...(again === null
      ? []
      : [{ ...ask, mode: 'recalibrated' as const, linear: (table: TechTable) => ask.linear(again(table)) }]),
  ];
  const asked: readonly Asked[] = [
    ...both(
      { figure: 'energy.totalPj', unit: 'pJ', group: 'energies', linear: energyPj, transform: itself },
      refit.energy,
    ),
    ...both(
      { figure: 'topsPerWatt', unit: 'TOPS/W', group: 'energies', linear: energyPj, transform: perPicojoule },
      refit.energy,
    ),
    {
      figure: 'memoryEnergyPj',
      unit: 'pJ',
      mode: 'table',
      group: 'memory',
      linear: (table) => memoryEnergyPj(table, readBits, writtenBits, voltageV),
      transform: itself,
    },
    ...both(
      { figure: 'areaMm2', unit: 'mm2', group: 'areas', linear: areaMm2, transform: itself },
      refit.area,
    ),
  ];
  const inputs = uncertainInputs(tech, ['energies', 'memory', 'areas']).filter(
    // What is not moved in this report: see `tally compare`.
    ({ path }) => path !== 'memory.lookupBit' && path !== 'memory.dramBit',
  );
  const figures = (['energies', 'memory', 'areas'] as const).flatMap((group) =>
    figuresOf(
      tech,
      inputs.filter(({ path }) => path.startsWith(`${group}.`)),
      asked.filter((ask) => ask.group === group),
      options,
    ),
  );
  return figures.length === 0 ? null : { ...options, inputs, figures };
}

/** Samples drawn before, by table, group and options: they are the same for every report. */
const DRAWN = new WeakMap<TechTable, Map<string, readonly Float64Array[]>>();

function drawn(
  tech: TechTable,
  inputs: readonly UncertainInput[],
  options: MonteCarloOptions,
): readonly Float64Array[] {
  const ofTable = DRAWN.get(tech) ?? new Map<string, readonly Float64Array[]>();
  const { seed, samples, distribution } = options;
  const key = [seed, samples, distribution, ...inputs.map(({ path }) => path)].join('/');
  let sampled = ofTable.get(key);
  if (sampled === undefined) {
    sampled = sampleInputs(inputs, options);
    // One set of options is kept: a program that goes through many keeps no more than its last samples.
    for (const other of ofTable.keys()) {
      if (!other.startsWith([seed, samples, distribution, ''].join('/'))) ofTable.delete(other);
    }
    DRAWN.set(tech, ofTable.set(key, sampled));
  }
  return sampled;
}

function figuresOf(
  tech: TechTable,
  inputs: readonly UncertainInput[],
  asked: readonly Asked[],
  options: MonteCarloOptions,
): readonly FigureUncertainty[] {
  if (inputs.length === 0) return [];
  const sampled = drawn(tech, inputs, options);
  return asked.map(({ figure, unit, mode, linear, transform }) => {
    const line = linearFigure(inputs, (moved) => linear(withValues(tech, moved)));
    const interval = linearInterval(line, inputs, transform);
    const least = ROUNDING * Math.abs(interval.typical);
    const moving = linearSensitivities(line, inputs, transform).filter(({ swing }) => swing > least);
    return {
      figure,
      unit,
      mode,
      interval,
      sampled: describeSamples(linearSamples(line, inputs, sampled, transform)),
      sensitivities: moving.slice(0, MOST_NAMED),
    };
  });
}
