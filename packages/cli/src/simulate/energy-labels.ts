import { ENERGY_COMPONENTS, weakestLabel, type Chip, type FigureLabel, type TechTable } from '@tally/core';

/** Label of each component of a measured energy: the weakest of the table's entry and of the macro that was simulated. */
export function energyLabels(chip: Chip, { energies }: TechTable): Readonly<Record<string, FigureLabel>> {
  const macro: FigureLabel = weakestLabel(['reconstructed', chip.scheme.label, chip.dataflow.label]);
  const cycles = weakestLabel([macro, chip.timing.windowOverheadCycles.label]);
  return Object.fromEntries(
    Object.entries(ENERGY_COMPONENTS).map(([action, component]) => [
      component,
      weakestLabel([
        energies[action as keyof TechTable['energies']].label,
        action === 'cycles' ? cycles : macro,
      ]),
    ]),
  );
}
