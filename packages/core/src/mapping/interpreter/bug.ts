import { fail } from '../../diagnostics/index.ts';

/** Stops the walk: something is used that is not where it must be. */
export function impossible(what: string): never {
  return fail(
    'mapping-not-runnable',
    'interpreter',
    what,
    'check the mapping first; if it is legal, report the layer, the system and the mapping',
  );
}
