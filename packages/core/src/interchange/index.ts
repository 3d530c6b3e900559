export { type Unused } from './findings.ts';
export type { ImportedLayer, ImportedMapping, SourceFile } from './imported.ts';
export { importTimeloop } from './timeloop/read.ts';
