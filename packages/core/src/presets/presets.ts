import { parseChip, type Chip } from '../chip/index.ts';
import { fail } from '../diagnostics/index.ts';
import { parseTech, type TechTable } from '../energy/index.ts';
import { parseSystem, type System } from '../mapping/index.ts';
import { CHIP_DOCUMENTS, SYSTEM_DOCUMENTS, TECH_DOCUMENTS } from './presets.gen.ts';

/** Names of the chips, technology tables and systems that come with Tally. */
export const CHIP_PRESETS: readonly string[] = Object.keys(CHIP_DOCUMENTS);
export const TECH_PRESETS: readonly string[] = Object.keys(TECH_DOCUMENTS);
export const SYSTEM_PRESETS: readonly string[] = Object.keys(SYSTEM_DOCUMENTS);

function lookUp(documents: Readonly<Record<string, unknown>>, kind: string, name: string): unknown {
  if (!Object.hasOwn(documents, name)) {
    fail(
      `unknown-${kind}`,
      kind,
      `no ${kind} preset is named '${name}'`,
      `use one of ${Object.keys(documents).join(', ')}, or parse a document of your own`,
    );
  }
  return documents[name];
}

/**
 * A chip that comes with Tally, e.g. `zhu2020`.
 *
 * @throws TallyError `unknown-chip`
 */
export function chipPreset(name: string): Chip {
  return parseChip(lookUp(CHIP_DOCUMENTS, 'chip', name), `${name}.json`);
}

/**
 * A technology table that comes with Tally, e.g. `zhu2020-65nm`, `unit`.
 *
 * @throws TallyError `unknown-tech`
 */
export function techPreset(name: string): TechTable {
  return parseTech(lookUp(TECH_DOCUMENTS, 'tech', name), `${name}.json`);
}

/**
 * A system that comes with Tally, e.g. `zhu2020` (one macro), `zhu2020-x16`.
 *
 * @throws TallyError `unknown-system`
 */
export function systemPreset(name: string): System {
  return parseSystem(lookUp(SYSTEM_DOCUMENTS, 'system', name), `${name}.json`);
}
