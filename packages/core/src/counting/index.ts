export { schemeCost, type SchemeCost } from './cost.ts';
export { mergeHistograms } from './merge-histograms.ts';
export { emptyPairHistogram, pairHistogram, type PairHistogram } from './pair-histogram.ts';
export { countLayer, type ReferenceCount } from './reference.ts';
export { COUNTING_SCHEMES, findScheme } from './registry.ts';
export {
  bitsFor,
  operandRange,
  type CountingClass,
  type CountingScheme,
  type OperandFormats,
  type OperandRange,
} from './scheme.ts';
export { classCounts, pairTotals, totalMatches, type ClassCount, type PairTotals } from './scheme-matches.ts';
export { countVector, dotByCounting, type VectorCount } from './vector.ts';
export { weightLevelCounts } from './weight-digits.ts';
