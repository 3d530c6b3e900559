export { evaluateMapping, macrosWithin, mappingTotals, systemArea } from './evaluate.ts';
export {
  activityAt,
  assumedMatches,
  networkInputs,
  pricedMachine,
  type LayerToMap,
  type MappingInputs,
  type NetworkInputs,
} from './inputs.ts';
export type { LayerLink } from './links.ts';
export { mappingPrices, type LayerActivity, type PricedSystem } from './prices.ts';
export { sampleMappings, type MappingSampleOptions } from './sample.ts';
export {
  finishSearch,
  mappingTasks,
  requireMacros,
  type MappingSearchOptions,
  type MappingTasks,
} from './search.ts';
export { modelInputs, type ModelInputs } from './shapes.ts';
export { mappingUncertainty } from './uncertainty.ts';
