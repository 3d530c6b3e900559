import { ACTIONS, type ActionCounts } from '../chip/index.ts';
import { fail } from '../diagnostics/index.ts';
import type { AreaCounts, EnergyEntry, TechTable } from './tech-table.ts';

/** Name under which each action's energy appears in reports. */
export const ENERGY_COMPONENTS = {
  searchedBits: 'search',
  matches: 'count',
  classMultiplications: 'multiply',
  rescales: 'rescale',
  accumulations: 'accumulate',
  thresholdComparisons: 'threshold',
  loadedBits: 'load',
  cycles: 'clock and control',
} as const satisfies Record<keyof ActionCounts, string>;

/** Energy by component and in all, picojoules. */
export interface Energy {
  readonly byComponentPj: Readonly<Record<string, number>>;
  readonly totalPj: number;
}

/**
 * Energy of one action at a supply, pJ: quadratic in voltage, as dynamic energy is. Leakage is not
 * modelled (ASSUMPTIONS.md).
 */
export function energyAt(entry: EnergyEntry, voltageV: number, scaling: TechTable['voltageScaling']): number {
  return scaling === 'none' ? entry.value : entry.value * (voltageV / entry.voltageV) ** 2;
}

/**
 * Action counts x table.
 *
 * @throws TallyError `invalid-action-count` when a count is negative or not finite
 */
export function evaluateEnergy(table: TechTable, counts: ActionCounts, voltageV: number): Energy {
  const byComponentPj: Record<string, number> = {};
  let totalPj = 0;
  for (const action of ACTIONS) {
    const count = counts[action];
    if (!(count >= 0 && Number.isFinite(count))) {
      fail(
        'invalid-action-count',
        action,
        `is ${count}, must be a finite number of 0 or more`,
        'report this as a bug of Tally',
      );
    }
    const energyPj = count * energyAt(table.energies[action], voltageV, table.voltageScaling);
    byComponentPj[ENERGY_COMPONENTS[action]] = energyPj;
    totalPj += energyPj;
  }
  return { byComponentPj, totalPj };
}

/** Sum of energies, component by component; zero in all when there are none. */
export function sumEnergies(energies: readonly Energy[]): Energy {
  const byComponentPj: Record<string, number> = Object.fromEntries(
    ACTIONS.map((action) => [ENERGY_COMPONENTS[action], 0]),
  );
  for (const energy of energies) {
    for (const [component, pj] of Object.entries(energy.byComponentPj)) {
      byComponentPj[component] = (byComponentPj[component] ?? 0) + pj;
    }
  }
  return { byComponentPj, totalPj: Object.values(byComponentPj).reduce((sum, pj) => sum + pj, 0) };
}

/** Energy of memory traffic beside the macro, pJ. */
export function memoryEnergyPj(
  table: TechTable,
  readBits: number,
  writtenBits: number,
  voltageV: number,
): number {
  const { readBit, writeBit } = table.memory;
  return (
    readBits * energyAt(readBit, voltageV, table.voltageScaling) +
    writtenBits * energyAt(writeBit, voltageV, table.voltageScaling)
  );
}

/** Area by piece and in all, square micrometres. */
export function evaluateArea(
  table: TechTable,
  counts: AreaCounts,
): { readonly byPieceUm2: Readonly<Record<keyof AreaCounts, number>>; readonly totalUm2: number } {
  const { areas } = table;
  const byPieceUm2 = {
    searchableBits: counts.searchableBits * areas.searchableBits.value,
    partialSumBits: counts.partialSumBits * areas.partialSumBits.value,
    popcountInputs: counts.popcountInputs * areas.popcountInputs.value,
    multipliers: counts.multipliers * areas.multipliers.value,
    adders: counts.adders * areas.adders.value,
    comparators: counts.comparators * areas.comparators.value,
    rest: counts.rest * areas.rest.value,
  };
  return { byPieceUm2, totalUm2: Object.values(byPieceUm2).reduce((sum, um2) => sum + um2, 0) };
}
