export type { AccessCounts, Movement, OperandCounts, TierBits } from './access-counts.ts';
export { checkNetworkMapping, type MappingTarget } from './check-network-mapping.ts';
export { contentHash } from './content-hash.ts';
export { countAccesses } from './counts/count.ts';
export { problemTotals, type ProblemTotals } from './counts/problem-totals.ts';
export { verifyCounts } from './counts/verify.ts';
export {
  hasRoom,
  type Digits,
  type MacroDataflow,
  type MacroLoop,
  type TileField,
  type TileInMacro,
  type TileRule,
} from './dataflows/dataflow.ts';
export { findMappingDataflow, MAPPING_DATAFLOWS } from './dataflows/registry.ts';
export { interpretMapping, type Interpretation } from './interpreter/interpret.ts';
export { mappingJsonSchema, systemJsonSchema } from './json-schema.ts';
export { largestTiles } from './largest-tiles.ts';
export { checkMapping } from './legality.ts';
export { machineOf, type MachineBuffer, type Machine, type MacroShape } from './machine.ts';
export {
  LOOPS,
  LOOPS_OF,
  type KeptTensors,
  type LayerMapping,
  type Loop,
  type MacroTile,
  type MappedLayer,
  type NamedHash,
  type NetworkMapping,
  type TileSizes,
  type TileSplit,
} from './mapping.ts';
export { layerMappingSchema, networkMappingSchema, parseMapping } from './mapping-schema.ts';
export { OPERANDS, type Operand } from './operand.ts';
export {
  mappingProblem,
  resultBits,
  type MappingProblem,
  type ProblemOptions,
  type WindowAxis,
} from './problem.ts';
export type {
  OnChipEnergy,
  RangedQuantity,
  System,
  SystemBuffer,
  SystemMemory,
  SystemNetwork,
} from './system.ts';
export { parseSystem, systemSchema } from './system-schema.ts';
export {
  energyDelay,
  latencyOf,
  mappingCost,
  mappingEnergy,
  OBJECTIVES,
  tierCycles,
  type BitPrices,
  type MappingCost,
  type MappingEnergy,
  type MappingPrices,
  type Objective,
  type TierCycles,
} from './cost/index.ts';
export {
  checkKept,
  KEEPS_NOTHING,
  keepOnChip,
  layerSpace,
  mappingsOf,
  noReuseCounts,
  runMappingTask,
  sampleLayer,
  searchLayer,
  sumProofs,
  taskKey,
  tensorBits,
  withoutBuffers,
  type CostedMapping,
  type LayerSample,
  type LayerSearch,
  type LayerSpace,
  type MappingTask,
  type SearchBudget,
  type SearchOptions,
  type SearchProof,
  type SpaceOptions,
  type TaskResult,
} from './search/index.ts';
