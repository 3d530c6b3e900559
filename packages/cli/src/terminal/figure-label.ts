import type { FigureLabel, RunReport } from '@tally/core';

/** Figures that are plain arithmetic on another one share its label. */
const derivedFrom: Readonly<Record<string, string>> = {
  gops: 'timeNs',
  opsPerCycle: 'cycles',
  reduction: 'multiplications',
  utilisation: 'vectors',
  pairSparsity: 'pairCounts',
  weightSparsity: 'pairCounts',
  activationSparsity: 'pairCounts',
};

/** The label of a figure of a report by its field; null where the report does not say. */
export function labelOf(report: RunReport, figure: string): FigureLabel | null {
  const find = (name: string | undefined): FigureLabel | undefined =>
    report.sources.find((source) => source.figure === name)?.label;
  return find(figure) ?? find(derivedFrom[figure]) ?? null;
}
