import type { PlotOptions } from '@observablehq/plot';
import type { RunReport } from '@tally/core';

/** One entry of a legend; the colour is a CSS variable of the page. */
export interface LegendEntry {
  readonly name: string;
  readonly color: string;
}

/** The numbers behind a chart: for readers who do not see it, and for those who want to copy them. */
export interface ChartData {
  readonly columns: readonly string[];
  /** Numbers are shown as they are; round them where they are made. */
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A chart of the report: plain data until {@link renderPlot} draws it. */
export interface Chart {
  /** Anchor in the page and name of the golden file. */
  readonly id: string;
  readonly title: string;
  /** What to see, in words, with the numbers that matter. */
  readonly caption: string;
  /** Takes the whole width of the page, not half of it. */
  readonly wide: boolean;
  readonly legend: readonly LegendEntry[];
  readonly plot: PlotOptions;
  readonly data: ChartData;
}

/** Makes a chart of a report; one per file in `charts/`. */
export type ChartBuilder = (report: RunReport) => Chart;

/** Width of a chart in pixels of its own coordinate system; the page scales it to its column. */
export const CHART_WIDTH = 520;
/** The same for a chart over the whole page. */
export const WIDE_CHART_WIDTH = 1040;
