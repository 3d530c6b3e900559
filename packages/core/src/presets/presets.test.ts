import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TallyError } from '../diagnostics/index.ts';
import { CHIP_DOCUMENTS, SYSTEM_DOCUMENTS, TECH_DOCUMENTS } from './presets.gen.ts';
import {
  ARRAY_PRESETS,
  CHIP_PRESETS,
  SYSTEM_PRESETS,
  TECH_PRESETS,
  arrayPreset,
  chipPreset,
  systemPreset,
  techPreset,
} from './presets.ts';

const data = new URL('../../../../data/', import.meta.url);

function read(folder: string): Record<string, unknown> {
  const files = readdirSync(new URL(`${folder}/`, data)).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    files.map((file) => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(new URL(`${folder}/${file}`, data), 'utf8')) as unknown,
    ]),
  );
}

describe('presets', () => {
  it('are those of data/ (if not: node scripts/generate-presets.ts)', () => {
    expect(CHIP_DOCUMENTS).toEqual(read('chips'));
    expect(TECH_DOCUMENTS).toEqual(read('tech'));
    expect(SYSTEM_DOCUMENTS).toEqual(read('systems'));
  });

  it.each(CHIP_PRESETS)('chip %s is legal and named as its file', (name) => {
    expect(chipPreset(name).name).toBe(name);
  });

  it.each(ARRAY_PRESETS)('array %s is legal and named as its file', (name) => {
    expect(arrayPreset(name).name).toBe(name);
  });

  it('hold every document of data/chips as one kind of chip', () => {
    expect([...CHIP_PRESETS, ...ARRAY_PRESETS].sort()).toEqual(Object.keys(CHIP_DOCUMENTS).sort());
  });

  it.each(TECH_PRESETS)('table %s is legal and named as its file', (name) => {
    expect(techPreset(name).name).toBe(name);
  });

  it.each(SYSTEM_PRESETS)('system %s is legal, named as its file, of a chip that exists', (name) => {
    expect(systemPreset(name).name).toBe(name);
    expect(CHIP_PRESETS).toContain(systemPreset(name).chip.name);
  });

  it.each(['zhu2020', 'zhu2020-w3a3', 'lsq-w3a3'])('chip %s has a system of its name', (name) => {
    expect(systemPreset(name).chip.name).toBe(name);
  });

  it('refuses an unknown name with the known ones', () => {
    expect(() => chipPreset('zhu2021')).toThrow(
      new TallyError([
        {
          code: 'unknown-chip',
          path: 'chip',
          message: "no chip preset is named 'zhu2021'",
          remedy: 'use one of lsq-w3a3, zhu2020-w3a3, zhu2020, or parse a document of your own',
        },
      ]),
    );
  });
});
