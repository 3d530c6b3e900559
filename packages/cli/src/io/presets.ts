import {
  CHIP_PRESETS,
  chipPreset,
  fail,
  parseChip,
  parseTech,
  TECH_PRESETS,
  techPreset,
  type Chip,
  type TechTable,
} from '@tally/core';
import { readJson } from './read.ts';
import { remedyForUnknown } from './suggest.ts';

/**
 * A chip by preset name (`zhu2020`) or by the path of a JSON file (with a slash or ending in `.json`).
 *
 * @throws TallyError `unknown-chip` with the nearest name, `file-missing`, `json-syntax`, and all issues of the document
 */
export function readChip(nameOrPath: string): Chip {
  if (isPath(nameOrPath)) return parseChip(readJson(nameOrPath, 'chip'), nameOrPath);
  checkName('chip', nameOrPath, CHIP_PRESETS);
  return chipPreset(nameOrPath);
}

/**
 * An energy and area table by preset name (`zhu2020-65nm`) or by the path of a JSON file.
 *
 * @throws TallyError `unknown-tech` with the nearest name, `file-missing`, `json-syntax`, and all issues of the document
 */
export function readTech(nameOrPath: string): TechTable {
  if (isPath(nameOrPath)) return parseTech(readJson(nameOrPath, 'tech'), nameOrPath);
  checkName('tech', nameOrPath, TECH_PRESETS);
  return techPreset(nameOrPath);
}

/** The chip or table that comes with Tally under that name; null when there is none. */
export function findPreset(name: string): Chip | TechTable | null {
  if (CHIP_PRESETS.includes(name)) return chipPreset(name);
  return TECH_PRESETS.includes(name) ? techPreset(name) : null;
}

function isPath(nameOrPath: string): boolean {
  return nameOrPath.includes('/') || nameOrPath.endsWith('.json');
}

function checkName(kind: 'chip' | 'tech', name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  fail(
    `unknown-${kind}`,
    `--${kind}`,
    `there is no ${kind} preset named ${name}`,
    `${remedyForUnknown(name, [...known].sort())}, or name a .json file`,
  );
}
