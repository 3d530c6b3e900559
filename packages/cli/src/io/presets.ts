import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@tally/core';
import { readJson } from './read.ts';
import { dataRoot } from './root.ts';
import { remedyForUnknown } from './suggest.ts';

/** Chip presets lie in `data/chips`, energy and area tables in `data/tech`. */
export type PresetKind = 'chip' | 'tech';

const folders: Readonly<Record<PresetKind, string>> = { chip: 'chips', tech: 'tech' };

/** A preset that was found: where it lies and what its JSON says, not yet validated. */
export interface Preset {
  readonly path: string;
  /** What messages call the file. */
  readonly source: string;
  readonly document: unknown;
}

/** Names of the presets that come with Tally. */
export function presetNames(kind: PresetKind): readonly string[] {
  const folder = join(dataRoot(), folders[kind]);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
}

/** The path of a preset of that name, of either kind. */
export function findPreset(name: string): { readonly path: string } | null {
  for (const kind of ['chip', 'tech'] as const) {
    const path = join(dataRoot(), folders[kind], `${name}.json`);
    if (/^[\w.-]+$/.test(name) && existsSync(path)) return { path };
  }
  return null;
}

/**
 * Reads a preset by name (`zhu2020`) or by the path of a JSON file (with a slash or ending in `.json`).
 *
 * @throws TallyError `unknown-chip` or `unknown-tech` with the nearest name, `file-missing`, `json-syntax`
 */
export function readPreset(kind: PresetKind, nameOrPath: string): Preset {
  if (nameOrPath.includes('/') || nameOrPath.endsWith('.json')) {
    return { path: nameOrPath, source: nameOrPath, document: readJson(nameOrPath, kind) };
  }
  const names = presetNames(kind);
  if (!names.includes(nameOrPath)) {
    fail(
      `unknown-${kind}`,
      `--${kind}`,
      `there is no ${kind} preset named ${nameOrPath}`,
      `${remedyForUnknown(nameOrPath, names)}, or name a .json file`,
    );
  }
  const path = join(dataRoot(), folders[kind], `${nameOrPath}.json`);
  return { path, source: `${nameOrPath}.json`, document: readJson(path, kind) };
}
