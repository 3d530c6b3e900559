import type { Chart } from '../../../html/chart.ts';
import type { MappingPage } from '../mapping-page.ts';

/** Makes a chart of a mapping; null where there is nothing to draw. One per file in this folder. */
export type MappingChartBuilder = (page: MappingPage) => Chart | null;
