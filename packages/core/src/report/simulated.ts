import type { SwitchingTerm } from '../energy/switching.ts';
import type { FigureLabel } from '../units/index.ts';

/** One image of a run on the simulated macro, clock by clock: held against the counts of that image, and what its data change. */
export interface SimulatedReport {
  /** Number of the image in its data set, from 0. */
  readonly image: number;
  readonly cycles: number;
  /** Measured actions x table: the energy that a run of this image alone states. */
  readonly energyPj: number;
  /** What the data add to or take from it, row by row. */
  readonly terms: readonly SwitchingTerm[];
  /** `energyPj` and the terms. */
  readonly dataDependentPj: number;
  /** Of both energies. */
  readonly label: FigureLabel;
}
