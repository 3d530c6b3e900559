import type { AreaEntry, EnergyEntry, OffChipEnergyEntry, TechTable } from './tech-table.ts';

/** An entry of a technology table and where it stands in it. */
export interface TableEntry {
  /** Dot-separated, e.g. `energies.matches`, `memory.readBit`, `areas.rest`. */
  readonly path: string;
  readonly entry: EnergyEntry | OffChipEnergyEntry | AreaEntry;
}

/** The groups of a table that hold entries. */
const GROUPS = ['energies', 'memory', 'areas'] as const;

/** Every entry of a table in the order of the document. */
export function tableEntries(tech: TechTable): readonly TableEntry[] {
  return GROUPS.flatMap((group) =>
    Object.entries<TableEntry['entry'] | undefined>({ ...tech[group] }).flatMap(([name, entry]) =>
      entry === undefined ? [] : [{ path: `${group}.${name}`, entry }],
    ),
  );
}

/**
 * The table with other typical values; paths as in {@link tableEntries}, those that are not given keep theirs.
 * Ends of spreads stay as they are.
 */
export function withValues(tech: TechTable, values: ReadonlyMap<string, number>): TechTable {
  const energies = group('energies', { ...tech.energies }, values);
  const memory = group('memory', { ...tech.memory }, values);
  const areas = group('areas', { ...tech.areas }, values);
  return {
    ...tech,
    energies: { ...tech.energies, ...energies },
    memory: { ...tech.memory, ...memory },
    areas: { ...tech.areas, ...areas },
  };
}

/** The entries of a group that get another value. */
function group<Entry extends { readonly value: number }>(
  name: (typeof GROUPS)[number],
  entries: Readonly<Record<string, Entry | undefined>>,
  values: ReadonlyMap<string, number>,
): Readonly<Record<string, Entry>> {
  const changed: Record<string, Entry> = {};
  for (const [key, entry] of Object.entries(entries)) {
    const value = values.get(`${name}.${key}`);
    if (entry !== undefined && value !== undefined) changed[key] = { ...entry, value };
  }
  return changed;
}
