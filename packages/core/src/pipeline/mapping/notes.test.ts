import { expect, test } from 'vitest';
import { systemPreset, techPreset } from '../../presets/index.ts';
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
