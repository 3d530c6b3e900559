export { areaCounts } from './area-counts.ts';
export {
  ENERGY_COMPONENTS,
  energyAt,
  evaluateArea,
  evaluateEnergy,
  memoryEnergyPj,
  sumEnergies,
  type Energy,
} from './evaluate.ts';
export { exactInterval, type FigureInterval, type TableFigure } from './interval.ts';
export {
  linearFigure,
  linearInterval,
  linearSamples,
  linearSensitivities,
  type LinearFigure,
  type Transform as FigureTransform,
} from './linear-figure.ts';
export {
  describeSamples,
  monteCarlo,
  percentile,
  sampleInputs,
  type MonteCarloOptions,
  type SampledFigure,
} from './monte-carlo.ts';
export {
  areaResidual,
  energyResidual,
  recalibratedArea,
  recalibratedEnergy,
  type AreaTarget,
  type EnergyTarget,
} from './recalibrate.ts';
export { SPREAD_DISTRIBUTIONS, type SpreadDistribution } from './sampling.ts';
export { sensitivities, type Sensitivity } from './sensitivity.ts';
export { sumTerms, switchingTerms, type MeasuredWork, type SwitchingTerm } from './switching.ts';
export { tableEntries, withValues, type TableEntry } from './table-entries.ts';
export { parseTech, techSchema } from './tech-schema.ts';
export type {
  AreaCounts,
  AreaEntry,
  Calibration,
  EnergyEntry,
  OffChipEnergyEntry,
  Spread,
  TechTable,
} from './tech-table.ts';
export { uncertainInputs, type EntryGroup, type UncertainInput } from './uncertain-inputs.ts';
