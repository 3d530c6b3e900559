import { tableEntries } from './table-entries.ts';
import type { TechTable } from './tech-table.ts';

/** An entry of a technology table that is known as an interval only. */
export interface UncertainInput {
  /** Place in the table, e.g. `energies.searchedBits`. */
  readonly path: string;
  /** Unit of the three values: pJ or um2. */
  readonly unit: string;
  readonly low: number;
  readonly typical: number;
  readonly high: number;
  /** Where the ends come from. */
  readonly spread: string;
}

/** The groups of a table that a figure may depend on. */
export type EntryGroup = 'energies' | 'memory' | 'areas';

/**
 * The entries of some groups that carry a spread, in the order of the table. Calibrated ones are left out:
 * a residual follows from the others and from the published figure, it does not vary by itself.
 */
export function uncertainInputs(tech: TechTable, groups: readonly EntryGroup[]): readonly UncertainInput[] {
  return tableEntries(tech).flatMap(({ path, entry }) => {
    const { value, low = value, high = value } = entry;
    const wanted = groups.some((group) => path.startsWith(`${group}.`));
    if (!wanted || entry.label === 'calibrated' || low === high) return [];
    return [{ path, unit: entry.unit, low, typical: value, high, spread: entry.spread ?? '' }];
  });
}
