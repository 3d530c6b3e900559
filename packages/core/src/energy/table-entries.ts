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
  const group = <Entries extends object>(name: (typeof GROUPS)[number], entries: Entries): Entries =>
    Object.fromEntries(
      Object.entries<TableEntry['entry'] | undefined>({ ...entries }).map(([key, entry]) => {
        const value = values.get(`${name}.${key}`);
        return [key, entry === undefined || value === undefined ? entry : { ...entry, value }];
      }),
    ) as Entries;
  return {
    ...tech,
    energies: group('energies', tech.energies),
    memory: group('memory', tech.memory),
    areas: group('areas', tech.areas),
  };
}
