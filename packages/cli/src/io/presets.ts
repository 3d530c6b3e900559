import {
  ARRAY_PRESETS,
  arrayPreset,
  CHIP_PRESETS,
  chipPreset,
  COUNTING_SCHEMES,
  DATAFLOWS,
  fail,
  parseBitSerialArray,
  parseChip,
  parseSystem,
  parseTech,
  SYSTEM_PRESETS,
  systemPreset,
  TECH_PRESETS,
  techPreset,
  throwIfAny,
  type BitSerialArray,
  type Chip,
  type Issue,
  type System,
  type TechTable,
} from '@tally/core';
import { readJson } from './read.ts';
import { remedyForUnknown } from './suggest.ts';

/**
 * A chip by preset name (`zhu2020`) or by the path of a JSON file (with a slash or ending in `.json`).
 *
 * @throws TallyError `unknown-chip` with the nearest name, `chip-without-entry-counting`, `file-missing`, `json-syntax`,
 *   and all issues of the document
 */
export function readChip(nameOrPath: string): Chip {
  // What is suggested for an unknown name must be usable here.
  if (!isPath(nameOrPath) && !ARRAY_PRESETS.includes(nameOrPath)) checkName('chip', nameOrPath, CHIP_PRESETS);
  const chip = readAnyChip(nameOrPath);
  if (chip.kind === 'tally-chip') return chip;
  return fail(
    'chip-without-entry-counting',
    nameOrPath,
    'is a bit-serial array, which counts no entries: no network runs on it here',
    'compare it with `tally reproduce` or `tally compare`, or name an entry-counting chip',
  );
}

/**
 * A chip of any kind by preset name or path: an entry-counting one, or a bit-serial array (`kim2019`).
 *
 * @throws TallyError `unknown-chip` with the nearest name, `file-missing`, `json-syntax`, and all issues of the document
 */
export function readAnyChip(nameOrPath: string): Chip | BitSerialArray {
  if (isPath(nameOrPath)) {
    const document = readJson(nameOrPath, 'chip');
    return isArrayDocument(document)
      ? parseBitSerialArray(document, nameOrPath)
      : parseUsableChip(document, nameOrPath);
  }
  checkName('chip', nameOrPath, [...CHIP_PRESETS, ...ARRAY_PRESETS]);
  return ARRAY_PRESETS.includes(nameOrPath) ? arrayPreset(nameOrPath) : chipPreset(nameOrPath);
}

/** Whether a parsed document says that it describes a bit-serial array. */
function isArrayDocument(document: unknown): boolean {
  return (
    typeof document === 'object' &&
    document !== null &&
    'kind' in document &&
    document.kind === 'tally-bit-serial-array'
  );
}

/**
 * A chip document whose counting scheme and dataflow are known and let a macro work.
 *
 * @param source path of the document, for messages
 * @throws TallyError all issues of the document, `unknown-counting-scheme`, `unknown-dataflow`, `scheme-without-search`
 */
export function parseUsableChip(document: unknown, source: string): Chip {
  const chip = parseChip(document, source);
  throwIfAny([...schemeIssues(chip.scheme.name, source), ...dataflowIssues(chip.dataflow.name, source)]);
  return chip;
}

function schemeIssues(name: string, source: string): readonly Issue[] {
  const path = `${source}: scheme.name`;
  const usable = COUNTING_SCHEMES.filter(({ family }) => family !== 'baseline').map((scheme) => scheme.name);
  if (usable.includes(name)) return [];
  if (COUNTING_SCHEMES.some((scheme) => scheme.name === name)) {
    return [
      {
        code: 'scheme-without-search',
        path,
        message: `is '${name}', which searches nothing, a macro needs a scheme that does`,
        remedy: `use one of ${usable.join(', ')}`,
      },
    ];
  }
  return [
    {
      code: 'unknown-counting-scheme',
      path,
      message: `no counting scheme is named '${name}'`,
      remedy: remedyForUnknown(name, usable),
    },
  ];
}

function dataflowIssues(name: string, source: string): readonly Issue[] {
  const known = DATAFLOWS.map((dataflow) => dataflow.name);
  if (known.includes(name)) return [];
  return [
    {
      code: 'unknown-dataflow',
      path: `${source}: dataflow.name`,
      message: `no dataflow is named '${name}'`,
      remedy: remedyForUnknown(name, known),
    },
  ];
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
export function findPreset(name: string): Chip | BitSerialArray | TechTable | null {
  if (ARRAY_PRESETS.includes(name)) return arrayPreset(name);
  if (CHIP_PRESETS.includes(name)) return chipPreset(name);
  return TECH_PRESETS.includes(name) ? techPreset(name) : null;
}

/** Whether a chip or table is named by the path of a file, not as a preset. */
export function isPath(nameOrPath: string): boolean {
  return nameOrPath.includes('/') || nameOrPath.endsWith('.json');
}

/**
 * A system by preset name (`zhu2020-x16`) or by the path of a JSON file.
 *
 * @throws TallyError `unknown-system` with the nearest name, `file-missing`, `json-syntax`, and all issues of the document
 */
export function readSystem(nameOrPath: string): System {
  if (isPath(nameOrPath)) return parseSystem(readJson(nameOrPath, 'system'), nameOrPath);
  checkName('system', nameOrPath, SYSTEM_PRESETS);
  return systemPreset(nameOrPath);
}

function checkName(kind: 'chip' | 'tech' | 'system', name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  fail(
    `unknown-${kind}`,
    `--${kind}`,
    `there is no ${kind} preset named ${name}`,
    `${remedyForUnknown(name, [...known].sort())}, or name a .json file`,
  );
}
