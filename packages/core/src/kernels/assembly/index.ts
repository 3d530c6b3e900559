// Row functions are exported so that the compiler keeps each a function of its own: V8 then optimises the hot ones early.
export { convRows } from './conv';
export { convAnyRows } from './conv-any';
export { probeUnsigned } from './dot';
export { flattenRows } from './flatten';
export { countBits, countEightLevels, countManyLevels, countTwoBits, widenCounters } from './histogram';
export { packImages } from './input';
export { moveRows } from './move';
export { codesRows, integersRows, maxCodesRows, poolIntegersRows, sumCodesRows } from './pool';
export { runChain } from './chain';
export { residualRows } from './residual';
export {
  thresholdCompareRows,
  thresholdSearchRows,
  thresholdSevenRows,
  thresholdShortRows,
  thresholdShortSevenRows,
  thresholdShortThreeRows,
  thresholdThreeRows,
} from './threshold';
export { runStep } from './step';
export { winogradRows } from './winograd';
