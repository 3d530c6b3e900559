import type { ActionCounts, Chip } from '../chip/index.ts';
import {
  areaCounts,
  areaResidual,
  energyResidual,
  evaluateArea,
  evaluateEnergy,
  exactInterval,
  memoryEnergyPj,
  monteCarlo,
  recalibratedArea,
  recalibratedEnergy,
  sensitivities,
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
const ROUNDING = 1e-9;

/** Inputs named in a report for each figure, those that have no influence left out. */
const MOST_NAMED = 3;

interface Asked {
  readonly figure: string;
  readonly unit: string;
  readonly mode: UncertaintyMode;
  readonly group: EntryGroup;
  readonly value: TableFigure;
}

/** A table's residuals fitted again, or null where there is nothing to fit or the spreads leave nothing for it. */
function refits(tech: TechTable, chip: Chip) {
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
 * @throws TallyError `too-many-uncertain-inputs`, `figure-not-finite`, `monte-carlo-samples`, `monte-carlo-seed`
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
  const topsPerWatt: TableFigure = (table) => (2 * work.macs) / energyPj(table);
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
      : [{ ...ask, mode: 'recalibrated' as const, value: (table: TechTable) => ask.value(again(table)) }]),
  ];
  const asked: readonly Asked[] = [
    ...both({ figure: 'energy.totalPj', unit: 'pJ', group: 'energies', value: energyPj }, refit.energy),
    ...both({ figure: 'topsPerWatt', unit: 'TOPS/W', group: 'energies', value: topsPerWatt }, refit.energy),
    {
      figure: 'memoryEnergyPj',
      unit: 'pJ',
      mode: 'table',
      group: 'memory',
      value: (table) => memoryEnergyPj(table, readBits, writtenBits, voltageV),
    },
    ...both({ figure: 'areaMm2', unit: 'mm2', group: 'areas', value: areaMm2 }, refit.area),
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

function figuresOf(
  tech: TechTable,
  inputs: readonly UncertainInput[],
  asked: readonly Asked[],
  options: MonteCarloOptions,
): readonly FigureUncertainty[] {
  if (inputs.length === 0) return [];
  const sampled = monteCarlo(
    tech,
    inputs,
    asked.map(({ value }) => value),
    options,
  );
  return asked.map(({ figure, unit, mode, value }, i) => {
    const interval = exactInterval(tech, inputs, value);
    const least = ROUNDING * Math.abs(interval.typical);
    const moving = sensitivities(tech, inputs, value).filter(({ swing }) => swing > least);
    return {
      figure,
      unit,
      mode,
      interval,
      sampled: sampled[i],
      sensitivities: moving.slice(0, MOST_NAMED),
    };
  });
}
