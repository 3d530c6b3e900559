import { SWITCHING, type ActionCounts, type SwitchingCounts } from '../chip/index.ts';
import { fail } from '../diagnostics/index.ts';
import { weakestLabel, type FigureLabel } from '../units/index.ts';
import { ENERGY_COMPONENTS, energyAt } from './evaluate.ts';
import type { EnergyEntry, TechTable } from './tech-table.ts';

/** Actions of some work, measured, and what its data decided beyond them. */
export interface MeasuredWork {
  readonly actions: ActionCounts;
  readonly switching: SwitchingCounts;
}

/** Energy that the data add to, or take from, what the action counts alone are charged. */
export interface SwitchingTerm {
  readonly name: string;
  /** The component of the energy that it changes (`ENERGY_COMPONENTS`). */
  readonly component: string;
  /** What was measured, and what of. */
  readonly count: number;
  readonly of: string;
  /** Negative: less than the action counts are charged. */
  readonly energyPj: number;
  readonly label: FigureLabel;
  readonly how: string;
}

/** Checked where counts enter: a defect of the simulator must not become an energy. */
function checkWork({ actions, switching }: MeasuredWork): void {
  for (const name of SWITCHING) {
    const count = switching[name];
    if (count >= 0 && Number.isFinite(count)) continue;
    fail(
      'invalid-switching-count',
      name,
      `is ${count}, must be a finite number of 0 or more`,
      'report this as a bug of Tally',
    );
  }
  const idle = switching.unusedBits + switching.skippedBits;
  if (idle > actions.searchedBits) {
    fail(
      'invalid-switching-count',
      'unusedBits + skippedBits',
      `is ${idle}, above the ${actions.searchedBits} bits searched`,
      'report this as a bug of Tally',
    );
  }
}

/** Terms that split entries of the table by what the data did; the residual stays as it is. */
function splitTerms(
  table: TechTable,
  { actions, switching }: MeasuredWork,
  voltageV: number,
): readonly SwitchingTerm[] {
  const priced = (
    name: string,
    [component, entry, each]: readonly [string, EnergyEntry, number],
    [count, of]: readonly [number, string],
    how: string,
  ): SwitchingTerm => ({
    name,
    component,
    count,
    of,
    energyPj: count === 0 ? 0 : count * each * energyAt(entry, voltageV, table.voltageScaling),
    label: weakestLabel([entry.label, 'reconstructed']),
    how,
  });
  const { searchedBits, matches, loadedBits } = table.energies;
  const search = [ENERGY_COMPONENTS.searchedBits, searchedBits, -1] as const;
  const count = [ENERGY_COMPONENTS.matches, matches, -1 / 2] as const;
  const terms = [
    priced(
      'entries not in use',
      search,
      [switching.unusedBits, 'entry bits'],
      'searchedBits x -1: an entry that holds no operand is gated off',
    ),
    priced(
      'searches skipped',
      search,
      [switching.skippedBits, 'entry bits'],
      'searchedBits x -1: an entry with a zero operand can match no key and is gated off',
    ),
    priced(
      'match lines that stay up',
      count,
      [2 * actions.matches - switching.matchLineToggles, 'toggles'],
      'matches x -1/2: a match is a line that rises and falls; one that stays up does neither',
    ),
  ];
  // In other tables these registers are in no entry that could be told apart, or in several.
  if (table.energies.cycles.label !== 'calibrated') return terms;
  const register = [ENERGY_COMPONENTS.cycles, loadedBits, 1] as const;
  const how = 'loadedBits x 1: a register bit that changes costs what one that is written does';
  return [
    ...terms,
    priced('counters', register, [switching.counterToggles, 'toggles'], how),
    priced('class product', register, [switching.productToggles, 'toggles'], how),
    priced('vector sum', register, [switching.vectorSumToggles, 'toggles'], how),
  ];
}

/** Sum of terms, pJ. */
export function sumTerms(terms: readonly SwitchingTerm[]): number {
  return terms.reduce((sum, { energyPj }) => sum + energyPj, 0);
}

/**
 * What the data change of `evaluateEnergy(table, work.actions, voltageV)`, as terms of their own. Entries are split, none is
 * added: searched bits of entries that can match nothing cost none, a match line that stays up costs none of `matches`, and
 * registers that the table only knows as part of a calibrated residual cost what a loaded bit does.
 * The residual was fitted without these terms, so that it is fitted again: they add up to 0 for the work that it was fitted on.
 *
 * @param reference the work on which the table's residual was fitted, measured; null where there is none or it cannot
 *   be measured: then registers are not priced and the residual stays
 * @throws TallyError `invalid-switching-count`
 */
export function switchingTerms(
  table: TechTable,
  work: MeasuredWork,
  reference: MeasuredWork | null,
  voltageV: number,
): readonly SwitchingTerm[] {
  checkWork(work);
  const terms = splitTerms(table, work, voltageV);
  if (table.energies.cycles.label !== 'calibrated') return terms;
  const residual = ENERGY_COMPONENTS.cycles;
  if (reference === null) return terms.filter(({ component }) => component !== residual);
  checkWork(reference);
  const perCyclePj = sumTerms(splitTerms(table, reference, voltageV)) / reference.actions.cycles;
  const { cycles } = work.actions;
  return [
    ...terms,
    {
      name: 'residual, fitted again',
      component: residual,
      count: cycles,
      of: 'cycles',
      energyPj: cycles === 0 ? 0 : -cycles * perCyclePj,
      label: 'calibrated',
      how: 'less what the terms above make per cycle of the work that the residual was fitted on',
    },
  ];
}
