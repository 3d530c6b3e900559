import type { TechTable } from '../../energy/index.ts';
import type { System, SystemBuffer } from '../../mapping/index.ts';
import { SYSTEM_PRESETS, systemPreset } from '../../presets/index.ts';
import type { PricedSystem } from './prices.ts';

/** Whether a table prices nothing: 1 for every action, at every supply. */
function countsOnly({ energies, voltageScaling }: TechTable): boolean {
  return voltageScaling === 'none' && Object.values(energies).every(({ value }) => value === 1);
}

/** What a buffer costs, as one says it. */
const COSTS = [
  ['readEnergy', 'read energy'],
  ['writeEnergy', 'write energy'],
  ['leakage', 'leakage'],
  ['area', 'area'],
] as const satisfies readonly (readonly [keyof SystemBuffer, string])[];

/** Every buffer that comes with Tally, those for this chip first: its costs are for its own capacity. */
function knownBuffers(chip: string): readonly (SystemBuffer & { readonly system: string })[] {
  const systems = SYSTEM_PRESETS.map(systemPreset);
  return [
    ...systems.filter((one) => one.chip.name === chip),
    ...systems.filter((one) => one.chip.name !== chip),
  ].flatMap(({ name, buffers }) => buffers.map((buffer) => ({ ...buffer, system: name })));
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/**
 * Buffers of another capacity than the one that their costs were taken for. A system does not say for which capacity a cost holds: found are
 * those whose value and source are, word for word, those of a buffer that comes with Tally.
 */
function resizedBuffers({ chip, buffers }: System): readonly string[] {
  const known = knownBuffers(chip.name);
  const namesOf = new Map<string, string[]>();
  for (const buffer of buffers) {
    const bytes = buffer.capacity.value;
    const taken = COSTS.flatMap(([key, words]) => {
      const alike = known.filter(
        (one) => one[key].value === buffer[key].value && one[key].source === buffer[key].source,
      );
      const right = alike.some(({ capacity }) => capacity.value === bytes);
      return alike.length === 0 || right ? [] : [{ words, ...alike[0] }];
    });
    if (taken.length === 0) continue;
    const [{ capacity, system }] = taken;
    const more = bytes > capacity.value;
    const text =
      `${bytes} bytes, but the ${listed(taken.map(({ words }) => words))} of ${capacity.value} bytes in system '${system}'; ` +
      `that ${more ? 'more' : 'fewer'} bytes cost ${more ? 'more' : 'less'} is not accounted for.`;
    namesOf.set(text, [...(namesOf.get(text) ?? []), `'${buffer.name}'`]);
  }
  return [...namesOf].map(([text, names]) =>
    names.length === 1 ? `Buffer ${names[0]} has ${text}` : `Buffers ${listed(names)} have ${text}`,
  );
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
    ...resizedBuffers(system),
  ];
}
