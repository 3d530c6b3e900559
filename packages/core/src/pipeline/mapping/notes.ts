import type { TechTable } from '../../energy/index.ts';
import type { PricedSystem } from './prices.ts';

/** Whether a table prices nothing: 1 for every action, at every supply. */
function countsOnly({ energies, voltageScaling }: TechTable): boolean {
  return voltageScaling === 'none' && Object.values(energies).every(({ value }) => value === 1);
}

/** What a reader must know of the prices of a mapping, whatever the network. */
export function priceNotes({ tech, system }: Pick<PricedSystem, 'tech' | 'system'>): readonly string[] {
  return [
    ...(countsOnly(tech)
      ? [
          `Table '${tech.name}' takes 1 for every action of a macro, while buffers, wires and memory of system '${system.name}' cost pJ: ` +
            'energy, energy × time and efficiency add up two scales, and a search for them weighs one against the other. ' +
            'Read counts and cycles; the macros by themselves stand under macroPj.',
        ]
      : []),
  ];
}
