import type { MappingEnergy, MappingSearchReport, Operand } from '@tally/core';
import { seriesColor } from '../../html/palette.ts';

/** Operands with their names and colours throughout the page. */
export const OPERAND_STYLES: readonly {
  readonly operand: Operand;
  readonly name: string;
  readonly color: string;
}[] = [
  { operand: 'weights', name: 'weights', color: seriesColor(0) },
  { operand: 'activations', name: 'activations', color: seriesColor(1) },
  { operand: 'partialSums', name: 'results and partial sums', color: seriesColor(2) },
];

/** What energy is spent on, with names and colours; tiers have the same colours in the loop nests. */
export const ENERGY_PARTS: readonly {
  readonly key: Exclude<keyof MappingEnergy, 'totalPj'>;
  readonly name: string;
  readonly color: string;
}[] = [
  { key: 'memoryPj', name: 'memory', color: seriesColor(3) },
  { key: 'buffersPj', name: 'buffers', color: seriesColor(4) },
  { key: 'wiresPj', name: 'wires to the macros', color: seriesColor(5) },
  { key: 'macroPj', name: 'macros', color: seriesColor(0) },
  { key: 'leakagePj', name: 'leakage', color: seriesColor(7) },
];

type Objective = MappingSearchReport['objective'];

/** What a search made smallest, as a noun. */
export function objectiveName(objective: Objective): string {
  switch (objective) {
    case 'edp':
    case 'pareto':
      return 'energy × time';
    case 'energy':
      return 'energy';
    case 'latency':
      return 'time';
    case 'traffic':
      return 'memory traffic';
    default:
      return objective satisfies never;
  }
}

/** The value of an objective, to compare mappings of one layer by. */
export function objectiveValue(
  objective: Objective,
  cost: { readonly energyPj: number; readonly latencyCycles: number; readonly memoryBits: number },
): number {
  switch (objective) {
    case 'edp':
    case 'pareto':
      return cost.energyPj * cost.latencyCycles;
    case 'energy':
      return cost.energyPj;
    case 'latency':
      return cost.latencyCycles;
    case 'traffic':
      return cost.memoryBits;
    default:
      return objective satisfies never;
  }
}

/** With a capital first letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
