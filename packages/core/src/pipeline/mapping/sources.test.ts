import { expect, test } from 'vitest';
import type { TechTable } from '../../energy/index.ts';
import type { System } from '../../mapping/index.ts';
import { systemPreset, techPreset } from '../../presets/index.ts';
import type { FigureSource } from '../../report/index.ts';
import { smallInputs } from './inputs.test-support.ts';
import { mappingSources } from './sources.ts';

const tech = techPreset('zhu2020-65nm');
const preset = systemPreset('zhu2020');

function sourcesOf(system: System, table: TechTable = tech): ReadonlyMap<string, FigureSource> {
  const inputs = smallInputs(table, system);
  return new Map(
    mappingSources(inputs, { macros: 0.5, buffers: 0.75, total: 1.25 }).map((row) => [row.figure, row]),
  );
}

/** The first buffer with other entries. */
function withBuffer(change: Partial<System['buffers'][number]>): System {
  return {
    ...preset,
    buffers: preset.buffers.map((buffer, i) => (i === 0 ? { ...buffer, ...change } : buffer)),
  };
}

test('every part of energy, time and area has a row, each figure once', () => {
  const rows = sourcesOf(preset);
  for (const part of ['memoryPj', 'buffersPj', 'wiresPj', 'macroPj', 'leakagePj', 'totalPj'])
    expect(rows.has(`layers.energy.${part}`)).toBe(true);
  for (const figure of ['energy', 'timeNs', 'edpJs', 'topsPerWatt', 'gops', 'memoryBits'])
    expect(rows.has(`total.${figure}`)).toBe(true);
  expect(rows.get('operatingPoint')?.how).toBe('point peak-efficiency of the chip');
  for (const { how } of rows.values()) expect(how).not.toMatch(/undefined|NaN/);
});

test('the preset: buffers and memory from the literature on a reconstructed geometry, one fitted energy, fitted rest of the area', () => {
  const rows = sourcesOf(preset);
  const label = (figure: string) => rows.get(figure)?.label;
  // Counts hang on the rows of the macro, which the publication does not state.
  expect(label('layers.counts')).toBe('reconstructed');
  expect(label('layers.counts.macs')).toBe('counted');
  expect(label('layers.energy.memoryPj')).toBe('reconstructed');
  expect(label('layers.energy.macroPj')).toBe('calibrated');
  expect(rows.get('layers.energy.macroPj')?.how).toContain(
    "table 'zhu2020-65nm' (fitted: cycles); matches: ",
  );
  expect(label('total.energy')).toBe('calibrated');
  expect(label('areaMm2.buffers')).toBe('reconstructed');
  expect(label('areaMm2.macros')).toBe('calibrated');
  expect(rows.get('areaMm2.total')).toEqual({
    figure: 'areaMm2.total',
    label: 'calibrated',
    how: 'macros, 40 % of it (calibrated), and buffers, 60 % (reconstructed)',
  });
});

test('labels and sources are those of the system: reads, writes, leakage, area, wires, memory', () => {
  const { readEnergy, writeEnergy, leakage, area } = preset.buffers[0];
  const guess = { source: 'guess', label: 'calibrated' } as const;
  const rows = (system: System, figure: string) => sourcesOf(system).get(figure);
  const read = rows(withBuffer({ readEnergy: { ...readEnergy, ...guess } }), 'layers.energy.buffersPj');
  expect(read?.label).toBe('calibrated');
  expect(read?.how).toContain('weight-buffer read: guess (calibrated); ');
  const write = rows(withBuffer({ writeEnergy: { ...writeEnergy, ...guess } }), 'layers.energy.buffersPj');
  expect(write?.label).toBe('calibrated');
  expect(write?.how).toContain('weight-buffer write: guess (calibrated); ');
  // What is alike is cited once.
  expect(write?.how).toContain(
    `activation-buffer write, sum-buffer write: ${writeEnergy.source} (literature)`,
  );
  const leaks = rows(withBuffer({ leakage: { ...leakage, ...guess } }), 'layers.energy.leakagePj');
  expect(leaks?.label).toBe('calibrated');
  expect(leaks?.how).toContain('weight-buffer: guess (calibrated)');
  const taken = rows(withBuffer({ area: { ...area, ...guess } }), 'areaMm2.buffers');
  expect(taken?.label).toBe('calibrated');
  expect(taken?.how).toContain('weight-buffer: guess (calibrated)');
  const wires = rows(
    { ...preset, network: { ...preset.network, energy: { ...preset.network.energy, ...guess } } },
    'layers.energy.wiresPj',
  );
  expect(wires).toMatchObject({
    label: 'calibrated',
    how: expect.stringContaining('energy: guess (calibrated)') as string,
  });
  const written = { ...preset.memory.writeEnergy, ...guess };
  const memory = rows(
    { ...preset, memory: { ...preset.memory, writeEnergy: written } },
    'layers.energy.memoryPj',
  );
  expect(memory?.label).toBe('calibrated');
  expect(memory?.how).toContain('write: guess (calibrated)');
});

test('a table without a fitted entry is not called fitted; a system without buffers has nothing of them', () => {
  const rows = sourcesOf({ ...preset, buffers: [] }, techPreset('unit'));
  expect(rows.get('layers.energy.macroPj')).toMatchObject({
    label: 'calibrated',
    how: expect.stringMatching(/^actions x table 'unit'; matches: /) as string,
  });
  expect(rows.get('areaMm2.macros')?.how).toBe("pieces of chip 'zhu2020' x table 'unit' x macros in use");
  for (const figure of ['layers.energy.buffersPj', 'layers.energy.leakagePj', 'areaMm2.buffers'])
    expect(rows.get(figure)?.how).toBe('no buffers: 0');
  expect(rows.get('areaMm2.buffers')?.label).toBe('counted');
});
