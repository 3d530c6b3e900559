import { weakestLabel, type SimulatedReport } from '@tally/core';
import { simulateChecked } from '../simulate/checked.ts';
import { energyLabels } from '../simulate/energy-labels.ts';
import type { LoadedRun } from './load.ts';

/**
 * The first image of a run, clock by clock.
 *
 * @throws TallyError `simulation-differs`: a defect of Tally; what `macroSpec` refuses: a chip without circuit
 */
export function simulateFirst(loaded: LoadedRun): SimulatedReport {
  const { file, chip, tech, operatingPoint, dataset } = loaded;
  const { simulation, energy } = simulateChecked(
    {
      file,
      chip,
      tech,
      operatingPoint,
      dataset: dataset.name,
      codes: loaded.images.slice(0, dataset.rows * dataset.columns),
      label: null,
    },
    { dataflow: chip.dataflow.name },
  );
  return {
    image: 0,
    cycles: simulation.cycles,
    energyPj: energy.total.energy.totalPj,
    terms: energy.total.terms,
    dataDependentPj: energy.total.dataDependentPj,
    label: weakestLabel(Object.values(energyLabels(chip, tech))),
  };
}
