export {
  latencyOf,
  mappingCost,
  mappingEnergy,
  tierCycles,
  type MappingCost,
  type MappingEnergy,
  type TierCycles,
} from './evaluate.ts';
export { compareScores, energyDelay, OBJECTIVES, score, type Objective, type Score } from './objective.ts';
export type { BitPrices, MappingPrices } from './prices.ts';
