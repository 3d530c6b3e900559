import type { FigureLabel, RunReport } from '@tally/core';

/**
 * The label of a figure of a report by its field, dot-separated: that of its own row among the sources, or of
 * the field that it is part of. Null where the report does not say.
 */
export function labelOf(report: RunReport, figure: string): FigureLabel | null {
  const source = report.sources.find((row) => row.figure === figure);
  if (source !== undefined) return source.label;
  const dot = figure.lastIndexOf('.');
  return dot < 0 ? null : labelOf(report, figure.slice(0, dot));
}
