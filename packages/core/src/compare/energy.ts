import type { ActionCounts } from '../chip/index.ts';
import {
  energyAt,
  evaluateEnergy,
  memoryEnergyPj,
  type EntryGroup,
  type TechTable,
} from '../energy/index.ts';
import type { ComparisonLevel } from '../report/comparison.ts';
import type { MethodCounts } from './method.ts';
import type { ComparedWork } from './work.ts';

/** The groups of a table that enter an energy at every level. */
export const ENERGY_GROUPS: readonly EntryGroup[] = ['energies', 'memory'];

/** Whether a table prices what a method does at a level. */
export function isPriced(tech: TechTable, { lookupBits }: MethodCounts, level: ComparisonLevel): boolean {
  if (lookupBits > 0 && tech.memory.lookupBit === undefined) return false;
  return level !== 'dram' || tech.memory.dramBit !== undefined;
}

/** Paths of the entries that an energy at a level depends on: the others need not be varied. */
export function entersAt(path: string, counts: MethodCounts, level: ComparisonLevel): boolean {
  switch (path) {
    case 'memory.lookupBit':
      return counts.lookupBits > 0;
    case 'memory.readBit':
    case 'memory.writeBit':
      return level === 'buffer';
    case 'memory.dramBit':
      return level === 'dram';
    default:
      return path.startsWith('energies.');
  }
}

/** Energy of a method at a level, pJ; the table must price it ({@link isPriced}). */
export function methodEnergyPj(
  tech: TechTable,
  { actions, lookupBits }: MethodCounts,
  { traffic }: Pick<ComparedWork, 'traffic'>,
  voltageV: number,
  level: ComparisonLevel,
): number {
  const counted: ActionCounts = level === 'arithmetic' ? { ...actions, cycles: 0 } : actions;
  const { lookupBit, dramBit } = tech.memory;
  const lookupPj =
    lookupBit === undefined ? 0 : lookupBits * energyAt(lookupBit, voltageV, tech.voltageScaling);
  const macroPj = evaluateEnergy(tech, counted, voltageV).totalPj + lookupPj;
  switch (level) {
    case 'arithmetic':
    case 'macro':
      return macroPj;
    case 'buffer':
      return macroPj + memoryEnergyPj(tech, traffic.readBits, traffic.writtenBits, voltageV);
    case 'dram':
      return macroPj + (traffic.readBits + traffic.writtenBits) * (dramBit?.value ?? 0);
    default:
      return level satisfies never;
  }
}
