import type { Chip, TechTable } from '@tally/core';
import { isPath, readTech } from '../io/presets.ts';
import { choosePoint, type OperatingPointChoice } from '../io/operating-point.ts';
import { loadSimulation, simulationFiles, type LoadedSimulation, type SimulationInputs } from './load.ts';

/** What a simulation reads that is priced, by name or path. */
export interface PricedInputs extends SimulationInputs {
  readonly tech: string;
  /** Null: the chip's most efficient point, or its first where none is called that. */
  readonly point: OperatingPointChoice | null;
}

/** A simulation with the table and the supply that price it. */
export interface PricedSimulation extends LoadedSimulation {
  readonly tech: TechTable;
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
}

/** Files that a priced simulation may read; not all of them exist. */
export function pricedFiles(inputs: PricedInputs): readonly string[] {
  return [...simulationFiles(inputs), ...[inputs.tech].filter(isPath)];
}

function usualPoint({ operatingPoints }: Chip): string {
  const [first] = operatingPoints;
  return (operatingPoints.find(({ name }) => name === 'peak-efficiency') ?? first).name;
}

/**
 * Reads and checks all inputs.
 *
 * @throws TallyError as `loadSimulation` does; for the table, the operating point: `unknown-tech`, `unknown-operating-point`,
 *   a supply or clock that the chip does not allow
 */
export async function loadPricedSimulation(inputs: PricedInputs): Promise<PricedSimulation> {
  const tech = readTech(inputs.tech);
  const loaded = await loadSimulation(inputs);
  const operatingPoint = choosePoint(loaded.chip, inputs.point ?? usualPoint(loaded.chip));
  return { ...loaded, tech, operatingPoint };
}
