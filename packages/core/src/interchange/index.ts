export {
  COUNTS_COLUMNS,
  countsCsv,
  countsRows,
  countsYaml,
  type CountedLayer,
  type CountsRow,
} from './counts-table.ts';
export type { Unused } from './findings.ts';
export type { ImportedLayer, ImportedMapping, SourceFile } from './imported.ts';
export { importMapping, MAPPING_FORMATS, type MappingFormat } from './import.ts';
export { importTimeloop } from './timeloop/read.ts';
export { exportTimeloop, type MappedProblem, type TimeloopFile } from './timeloop/write.ts';
export { importZigzag } from './zigzag/read.ts';
