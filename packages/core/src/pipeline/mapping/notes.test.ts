import { expect, test } from 'vitest';
import type { System } from '../../mapping/index.ts';
import { SYSTEM_PRESETS, systemPreset, techPreset } from '../../presets/index.ts';
import { priceNotes } from './notes.ts';

const system = systemPreset('zhu2020');
const tech = techPreset('zhu2020-65nm');
const unit = techPreset('unit');

test('a table of ones beside the pJ of a system is said, by whatever name; a priced one is not', () => {
  const text =
    "takes 1 for every action of a macro, while buffers, wires and memory of system 'zhu2020' cost pJ: " +
    'energy, energy × time and efficiency add up two scales, and a search for them weighs one against the other. ' +
    'Read counts and cycles; the macros by themselves stand under macroPj.';
  expect(priceNotes({ tech: unit, system })).toEqual([`Table 'unit' ${text}`]);
  expect(priceNotes({ tech: { ...unit, name: 'ones' }, system })).toEqual([`Table 'ones' ${text}`]);
  expect(priceNotes({ tech, system })).toEqual([]);
  const matches = { ...unit.energies.matches, value: 2 };
  expect(priceNotes({ tech: { ...unit, energies: { ...unit.energies, matches } }, system })).toEqual([]);
});

/** The preset with other buffers. */
function changed(
  change: (buffer: System['buffers'][number], index: number) => System['buffers'][number],
): System {
  return { ...system, name: 'mine', buffers: system.buffers.map(change) };
}

const sized = (buffer: System['buffers'][number], value: number): System['buffers'][number] => ({
  ...buffer,
  capacity: { ...buffer.capacity, value },
});

test('the systems that come with Tally cost what their capacity does', () => {
  for (const name of SYSTEM_PRESETS) expect(priceNotes({ tech, system: systemPreset(name) })).toEqual([]);
});

test('a buffer of another capacity with the costs of a preset is said, all alike at once', () => {
  const notes = (mine: System) => priceNotes({ tech, system: mine });
  expect(notes(changed((buffer) => sized(buffer, 1024)))).toEqual([
    "Buffers 'weight-buffer', 'activation-buffer' and 'sum-buffer' have 1024 bytes, but the read energy, write energy, leakage and area of 32768 bytes " +
      "in system 'zhu2020'; that fewer bytes cost less is not accounted for.",
  ]);
  expect(notes(changed((buffer, i) => (i === 1 ? sized(buffer, 40_000) : buffer)))).toEqual([
    "Buffer 'activation-buffer' has 40000 bytes, but the read energy, write energy, leakage and area of 32768 bytes in system 'zhu2020'; " +
      'that more bytes cost more is not accounted for.',
  ]);
});

test('costs of its own are its own: only those of the preset are named', () => {
  const own = changed((buffer, i) => {
    if (i > 0) return buffer;
    const { readEnergy, writeEnergy, leakage, area } = buffer;
    return {
      ...sized(buffer, 1024),
      readEnergy: { ...readEnergy, value: 0.1 },
      writeEnergy: { ...writeEnergy, source: 'CACTI 7, 1 KB' },
      leakage: { ...leakage, value: 0.1 },
      area: { ...area, value: 0.01 },
    };
  });
  expect(priceNotes({ tech, system: own })).toEqual([]);
  const { area } = system.buffers[0];
  const half = { ...own, buffers: own.buffers.map((buffer, i) => (i === 0 ? { ...buffer, area } : buffer)) };
  expect(priceNotes({ tech, system: half })).toEqual([
    "Buffer 'weight-buffer' has 1024 bytes, but the area of 32768 bytes in system 'zhu2020'; that fewer bytes cost less is not accounted for.",
  ]);
});
