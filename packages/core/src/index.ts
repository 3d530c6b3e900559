/**
 * Tally's core: integer networks, their exact execution, entry counting, the chip and energy
 * models, and the report. Pure: no file system, no DOM; runs in Node and in the browser.
 *
 * @module
 */

// What can be wrong, and how it is said.
export { fail, renderIssue, TallyError, throwIfAny, type Issue } from './diagnostics/index.ts';

// Labels: where a number comes from.
export { FIGURE_LABELS, SOURCE_LABELS, weakestLabel, type FigureLabel, type SourceLabel } from './units/index.ts';

// Results: what a run and a comparison with a publication say.
export {
  reproductionRow,
  reproductionSchema,
  runReportJsonSchema,
  runReportSchema,
  type ClassMatches,
  type DataflowReport,
  type DigitReport,
  type EnergyReport,
  type Figures,
  type FigureSource,
  type FormatReport,
  type LayerReport,
  type OperandTraffic,
  type PairCounts,
  type ReproductionRow,
  type RunReport,
  type SchemeCounts,
} from './report/index.ts';
