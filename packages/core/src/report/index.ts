export {
  evaluationReportJsonSchema,
  evaluationReportSchema,
  type AccuracyReport,
  type EvaluationArithmetic,
  type EvaluationForm,
  type EvaluationReport,
} from './evaluation-report.ts';
export type {
  ClassMatches,
  DataflowReport,
  DigitReport,
  EnergyReport,
  Figures,
  FigureSource,
  FormatReport,
  HostReport,
  LayerReport,
  OperandTraffic,
  PairCounts,
  RunReport,
  SchemeCounts,
} from './run-report.ts';
export { runReportJsonSchema, runReportSchema } from './run-report-schema.ts';
export type { SimulatedReport } from './simulated.ts';
export {
  reproductionRow,
  reproductionSchema,
  type ReproductionFigure,
  type ReproductionRow,
} from './reproduction.ts';
export {
  uncertaintySchema,
  type FigureUncertainty,
  type SensitivityReport,
  type UncertainInputReport,
  type UncertaintyMode,
  type UncertaintyReport,
} from './uncertainty.ts';
export {
  voltageSweepJsonSchema,
  voltageSweepSchema,
  type PublishedSweepFigure,
  type SweepPoint,
  type SweepRegion,
  type VoltageSweep,
} from './sweep.ts';
export {
  COMPARISON_LEVELS,
  comparisonJsonSchema,
  comparisonSchema,
  type ChipComparison,
  type ComparedEfficiency,
  type ComparedMethod,
  type ComparisonLevel,
  type ComparisonReport,
  type Normalisation,
  type PublishedEfficiencyRow,
} from './comparison.ts';
export type {
  AlternativeReport,
  LinkReport,
  MappedLayerReport,
  MappingReport,
  MappingSample,
  MappingSearchReport,
  MappingTotals,
  MatchDensity,
  ParetoPoint,
  TierTraffic,
} from './mapping-report.ts';
export {
  mappingReportJsonSchema,
  mappingReportSchema,
  mappingSearchReportJsonSchema,
  mappingSearchReportSchema,
} from './mapping-report-schema.ts';
export { importedMappingJsonSchema, importedMappingSchema } from './imported-mapping-schema.ts';
