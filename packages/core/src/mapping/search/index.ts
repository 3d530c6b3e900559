export { chooseKept, keptIndex, type KeptScores, type OfEachWay } from './chain.ts';
export { checkKept } from './check-kept.ts';
export { KEEPS_NOTHING, keepOnChip, tensorBits } from './kept.ts';
export { noReuseCounts, withoutBuffers } from './no-reuse.ts';
export { sumProofs, type SearchProof } from './proof.ts';
export { sampleLayer, type LayerSample } from './sample-layer.ts';
export { searchLayer, type CostedMapping, type LayerSearch, type SearchOptions } from './search-layer.ts';
export { layerSpace, mappingsOf, type LayerSpace, type SpaceOptions } from './space.ts';
export { runMappingTask, taskKey, type MappingTask, type SearchBudget, type TaskResult } from './task.ts';
