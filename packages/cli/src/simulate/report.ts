import type { FigureLabel, LoadedElements, MacroActivity, MeasuredEnergy } from '@tally/core';

/** One layer, in a simulation's JSON. */
export interface SimulatedLayer {
  readonly id: string;
  /** Node whose codes the macro makes behind the layer; null: it hands out sums. */
  readonly thresholds: string | null;
  /** Vectors counted, one per command. */
  readonly steps: number;
  readonly windows: number;
  /** From the first command offered to the last result taken. */
  readonly cycles: number;
  /** What the cycle model says. */
  readonly predictedCycles: number;
  /** Elements loaded, padding not counted. */
  readonly loaded: LoadedElements;
  readonly activity: MacroActivity;
  /** Measured actions x table, and what the data change of it, row by row. */
  readonly energy: MeasuredEnergy;
}

/** `tally simulate --json`: one image, every clock of the macro. Counts are of this image. */
export interface SimulationReport {
  readonly kind: 'tally-simulation-report';
  readonly formatVersion: 1;
  readonly toolVersion: string;
  readonly network: { readonly name: string; readonly hash: string };
  readonly chip: string;
  readonly tech: string;
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
  readonly dataflow: string;
  readonly engine: string;
  readonly dataset: string;
  /** Number of the image in its data set, from 0. */
  readonly image: number;
  readonly label: number | null;
  readonly class: number;
  /** The network's output, computed by the macro and its host; equal to the integer executor's. */
  readonly output: readonly number[];
  readonly layers: readonly SimulatedLayer[];
  readonly cycles: number;
  readonly predictedCycles: number;
  /** Sum over the layers. */
  readonly activity: MacroActivity;
  /** The same of the energy; `energy.energy` equals what `tally run` says of this image and these layers. */
  readonly energy: MeasuredEnergy;
  /** Label of each component of `energy.energy.byComponentPj`. */
  readonly energyLabels: Readonly<Record<string, FigureLabel>>;
}
