import type { RunReport } from '@tally/core';
import { seriesColor } from './palette.ts';

/** A component of the macro, its energy per image and its colour throughout the page. */
export interface ComponentEnergy {
  readonly name: string;
  readonly energyPj: number;
  readonly color: string;
}

/** The components that were charged, largest first; ties by name. */
export function componentsByEnergy(report: RunReport): readonly ComponentEnergy[] {
  return Object.entries(report.total.energy.byComponentPj)
    .filter(([, energyPj]) => energyPj > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([name, energyPj], index) => ({ name, energyPj, color: seriesColor(index) }));
}
