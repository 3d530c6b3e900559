import { parseBitSerialArray, parseChip, type BitSerialArray, type Chip } from '../chip/index.ts';
import { fail } from '../diagnostics/index.ts';
import { parseTech, type TechTable } from '../energy/index.ts';
import { parseSystem, type System } from '../mapping/index.ts';
import { CHIP_DOCUMENTS, SYSTEM_DOCUMENTS, TECH_DOCUMENTS } from './presets.gen.ts';

/** The documents of data/chips of one kind. */
function chipsOfKind(kind: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(CHIP_DOCUMENTS).filter(
      ([, document]) =>
        typeof document === 'object' && document !== null && 'kind' in document && document.kind === kind,
    ),
  );
}

const COUNTING_CHIPS = chipsOfKind('tally-chip');
const BIT_SERIAL_ARRAYS = chipsOfKind('tally-bit-serial-array');

/** Names of the entry-counting chips, bit-serial arrays, technology tables and systems that come with Tally. */
export const CHIP_PRESETS: readonly string[] = Object.keys(COUNTING_CHIPS);
export const ARRAY_PRESETS: readonly string[] = Object.keys(BIT_SERIAL_ARRAYS);
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
  return parseChip(lookUp(COUNTING_CHIPS, 'chip', name), `${name}.json`);
}

/**
 * A bit-serial array that comes with Tally, e.g. `kim2019`.
 *
 * @throws TallyError `unknown-array`
 */
export function arrayPreset(name: string): BitSerialArray {
  return parseBitSerialArray(lookUp(BIT_SERIAL_ARRAYS, 'array', name), `${name}.json`);
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
