import { fail } from '../diagnostics/index.ts';
import type { ImportedMapping, SourceFile } from './imported.ts';
import { importTimeloop } from './timeloop/read.ts';
import { parseFiles } from './yaml/parse.ts';
import { importZigzag } from './zigzag/read.ts';

/** Formats of foreign mapping files. */
export const MAPPING_FORMATS = ['timeloop', 'zigzag'] as const;

export type MappingFormat = (typeof MAPPING_FORMATS)[number];

const TIMELOOP_KEYS = ['problem', 'architecture', 'mapping'];

/** The format of files: Timeloop's have the parts as keys, ZigZag's are lists and an accelerator. */
function formatOf(files: readonly SourceFile[]): MappingFormat {
  const isTimeloop = parseFiles(files).some(
    (root) => root.kind === 'map' && TIMELOOP_KEYS.some((key) => root.fields.has(key)),
  );
  return isTimeloop ? 'timeloop' : 'zigzag';
}

/**
 * Reads the mapping files of another tool and counts the accesses of their fixed mappings.
 *
 * @param format default: what the files look like
 * @throws TallyError with all that is wrong, each with file, line, column, rule and remedy; `no-files`
 */
export function importMapping(files: readonly SourceFile[], format?: MappingFormat): ImportedMapping {
  if (files.length === 0) fail('no-files', '', 'there is no file to read', 'name the files of the mapping');
  const chosen = format ?? formatOf(files);
  switch (chosen) {
    case 'timeloop':
      return importTimeloop(files);
    case 'zigzag':
      return importZigzag(files);
    default:
      return chosen satisfies never;
  }
}
