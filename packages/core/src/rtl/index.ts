export { coreModules, generateCore, RTL_GENERATOR_VERSION, rtlFile, type RtlFile } from './generate.ts';
export { geometryOf, slotBits, type Geometry } from './geometry.ts';
export { searchKeys, type SearchKey, type SearchKeys } from './keys.ts';
export { coreObservables, type CoreObservable } from './observables.ts';
