import type { Chip } from '../chip/index.ts';
import type { TechTable } from '../energy/index.ts';
import type { FigureLabel } from '../units/index.ts';

/** The calibrated numbers among those that each part of the model takes from chip and table, by their places. */
export interface CalibratedParameters {
  readonly cycles: readonly string[];
  /** Clock over voltage. */
  readonly curve: readonly string[];
  readonly energy: readonly string[];
  /** Without the energy per cycle, hence without the cycles. */
  readonly bottomUpEnergy: readonly string[];
  readonly area: readonly string[];
  readonly bottomUpArea: readonly string[];
}

type Labelled = Readonly<Record<string, { readonly label: FigureLabel }>>;

function calibratedOf(group: string, entries: Labelled): readonly string[] {
  return Object.entries(entries).flatMap(([name, { label }]) =>
    label === 'calibrated' ? [`${group}.${name}`] : [],
  );
}

/** What of a chip and a table was fitted to some published figure. */
export function calibratedParameters(chip: Chip, tech: TechTable): CalibratedParameters {
  const { cycles: perCycle, ...energies } = tech.energies;
  const { rest, ...areas } = tech.areas;
  const cycles = calibratedOf('timing', { ...chip.timing });
  const bottomUpEnergy = calibratedOf('energies', energies);
  const bottomUpArea = calibratedOf('areas', areas);
  return {
    cycles,
    curve: calibratedOf('voltageFrequency', { ...chip.voltageFrequency }),
    energy: [...bottomUpEnergy, ...calibratedOf('energies', { cycles: perCycle }), ...cycles],
    bottomUpEnergy,
    area: [...bottomUpArea, ...calibratedOf('areas', { rest })],
    bottomUpArea,
  };
}
