export { ACTIONS, actionCounts, type ActionCounts, type DataDependentCounts } from './action-counts.ts';
export {
  bitSerialWork,
  type BitSerialArray,
  type BitSerialWork,
  type PublishedEfficiency,
  type SupplyRange,
} from './bit-serial-array.ts';
export { bitSerialArraySchema, parseBitSerialArray } from './bit-serial-array-schema.ts';
export { checkLayer } from './check-layer.ts';
export type { Chip, ChipFormat, Choice, OperatingPoint, PublishedFigures } from './chip.ts';
export { chipSchema } from './chip-schema.ts';
export { checkClock, maxClockMHz, operatingPoint, voltageRange } from './clock.ts';
export {
  dataflowProblem,
  type Accesses,
  type Dataflow,
  type DataflowProblem,
  type Traffic,
} from './dataflows/dataflow.ts';
export { DATAFLOWS, findDataflow } from './dataflows/registry.ts';
export { digitPlan, type DigitPlan } from './digit-plan.ts';
export { chipFormats } from './formats.ts';
export {
  DRAIN_CYCLES,
  FILL_CYCLES,
  MACRO_SCHEMES,
  macroSpec,
  type MacroOptions,
  type MacroScheme,
  type MacroSpec,
} from './macro-spec.ts';
export { parseChip } from './parse-chip.ts';
export { partialSumBounds, signedBits, type PartialSumBounds } from './partial-sums.ts';
export { quantity, type Quantity } from './quantity.ts';
export { parseDocument } from './schema-issues.ts';
export { macroStorage, type MacroStorage } from './storage.ts';
export { SWITCHING, type SwitchingCounts } from './switching-counts.ts';
export { layerTiming, type LayerTiming, type VectorCost } from './timing.ts';
