export { compareMethods, type ComparisonBasis } from './compare.ts';
export { methodEnergyPj } from './energy.ts';
export type { ComputeMethod, MethodCounts, StorageBits } from './method.ts';
export { COMPUTE_METHODS } from './registry.ts';
export type { ComparedWork } from './work.ts';
