import { missingPackages, requirePrograms, type Program } from '../programs/require.ts';

/** What building a circuit's model takes. */
const TOOLS: readonly Program[] = ['verilator', 'g++', 'make'].map((name) => ({
  name,
  version: ['--version'],
  debian: name,
}));

/** Programs that building takes and that are not there. */
export function missingTools(): readonly string[] {
  return missingPackages(TOOLS);
}

/**
 * Versions of the programs, for the key of a build.
 *
 * @throws TallyError `tool-missing` for each program that is not there
 */
export function toolVersions(): string {
  return [...requirePrograms(TOOLS, "the circuit's model is built with it").values()].join('\n');
}
