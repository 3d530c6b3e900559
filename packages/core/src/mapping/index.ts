export { machineOf, type MachineBuffer, type Machine, type MacroShape } from './machine.ts';
export {
  LOOPS,
  LOOPS_OF,
  type LayerMapping,
  type Loop,
  type MacroTile,
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
