import type { ActionCounts } from '../chip/index.ts';
import { fail } from '../diagnostics/index.ts';
import { evaluateArea, evaluateEnergy } from './evaluate.ts';
import type { AreaCounts, TechTable } from './tech-table.ts';
import { withValues } from './table-entries.ts';

/** The work on which a table's energy per cycle is fitted. */
export interface EnergyTarget {
  readonly actions: ActionCounts;
  /** Energy that this work must have, pJ, at the supply. */
  readonly energyPj: number;
  readonly voltageV: number;
}

/** The pieces on which a table's remaining area is fitted. */
export interface AreaTarget {
  readonly pieces: AreaCounts;
  readonly areaUm2: number;
}

/** Energy of the target's work without the energy per cycle, and the energy per cycle that it lacks; pJ. */
export function energyResidual(
  tech: TechTable,
  { actions, energyPj, voltageV }: EnergyTarget,
): { readonly without: number; readonly cyclePj: number } {
  const price = (cyclePj: number): number =>
    evaluateEnergy(withValues(tech, new Map([['energies.cycles', cyclePj]])), actions, voltageV).totalPj;
  // Energy is linear in the entry: two prices give it, whatever the voltage at which the entry holds.
  const without = price(0);
  return { without, cyclePj: (energyPj - without) / (price(1) - without) };
}

/**
 * The table with its energy per cycle fitted again: whatever the other energies, the target's work has the target's
 * energy. Linear in the other energies.
 *
 * @throws TallyError `residual-negative` when the other energies alone exceed the target
 */
export function recalibratedEnergy(tech: TechTable, target: EnergyTarget): TechTable {
  const { energyPj } = target;
  const { without, cyclePj } = energyResidual(tech, target);
  if (cyclePj < 0) {
    fail(
      'residual-negative',
      `table ${tech.name}: energies`,
      `are ${without.toPrecision(4)} pJ without the energy per cycle, must be at most the ${energyPj.toPrecision(4)} pJ fitted to`,
      'lower the high ends of the energies, or leave the table as it is',
    );
  }
  return withValues(tech, new Map([['energies.cycles', cyclePj]]));
}

/** Area of the target's pieces without the rest, and the rest that it lacks; µm². */
export function areaResidual(
  tech: TechTable,
  { pieces, areaUm2 }: AreaTarget,
): { readonly without: number; readonly restUm2: number } {
  const without = evaluateArea(withValues(tech, new Map([['areas.rest', 0]])), pieces).totalUm2;
  return { without, restUm2: (areaUm2 - without) / pieces.rest };
}

/**
 * The table with its remaining area fitted again, so that the target's pieces have the target's area.
 *
 * @throws TallyError `residual-negative`
 */
export function recalibratedArea(tech: TechTable, target: AreaTarget): TechTable {
  const { areaUm2 } = target;
  const { without, restUm2: rest } = areaResidual(tech, target);
  if (rest < 0) {
    fail(
      'residual-negative',
      `table ${tech.name}: areas`,
      `are ${without.toPrecision(4)} um2 without the rest, must be at most the ${areaUm2.toPrecision(4)} um2 fitted to`,
      'lower the high ends of the areas, or leave the table as it is',
    );
  }
  return withValues(tech, new Map([['areas.rest', rest]]));
}
