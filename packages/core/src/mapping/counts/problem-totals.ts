import type { MappingProblem } from '../problem.ts';
import { touchedTaps, windowTable } from './window-axis.ts';

/** What no mapping changes; in elements. */
export interface ProblemTotals {
  /** Padding included. */
  readonly macs: number;
  /** Digit pairs: MACs x weight digits x activation digits. */
  readonly pairs: number;
  readonly weights: number;
  /** Input elements that at least one output reads. */
  readonly activations: number;
  readonly results: number;
  /** Pairs (entry, pixel) over all images, groups and channels that are not padding. */
  readonly touched: number;
  /** R S. */
  readonly kernel: number;
}

export function problemTotals(problem: MappingProblem): ProblemTotals {
  const { batch, groups, outputs, channels, rows, columns } = problem;
  const kernel = rows.taps * columns.taps;
  const results = batch * groups * outputs * rows.outputs * columns.outputs;
  const macs = results * channels * kernel;
  const used = windowTable(rows, rows.outputs).inputs * windowTable(columns, columns.outputs).inputs;
  return {
    macs,
    pairs: macs * problem.weightDigits * problem.activationDigits,
    weights: groups * outputs * channels * kernel,
    activations: batch * groups * channels * used,
    results,
    touched: batch * groups * channels * touchedTaps(rows) * touchedTaps(columns),
    kernel,
  };
}
