import { existsSync } from 'node:fs';
import { fail } from '@tally/core';
import { writeAllAtomically } from '../io/outputs.ts';
import { readJson } from '../io/read.ts';
import type { SensitivityStore } from './auto-bits.ts';
import type { SensitivityTable } from './sensitivity.ts';

interface Kept {
  readonly identity: string;
  readonly table: SensitivityTable;
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { identity, table } = value as Partial<Record<keyof Kept, unknown>>;
  return (
    typeof identity === 'string' &&
    typeof table === 'object' &&
    table !== null &&
    Object.values(table).every(
      (row) =>
        typeof row === 'object' &&
        row !== null &&
        Object.values(row as object).every((entry) => typeof entry === 'number'),
    )
  );
}

/**
 * Measurements in a JSON file, so that a run that was interrupted, or another budget, goes on from them.
 *
 * @param identity of the network, images and options that the measurements depend on.
 * @throws TallyError `sensitivity-file-invalid`, `sensitivity-of-another-run` when loading
 */
export function sensitivityFile(path: string, identity: string): SensitivityStore {
  return {
    load() {
      if (!existsSync(path)) return {};
      const value = readJson(path, 'sensitivity');
      if (!isKept(value)) {
        return fail('sensitivity-file-invalid', path, 'is not what --sensitivity wrote', 'remove it');
      }
      if (value.identity !== identity) {
        fail(
          'sensitivity-of-another-run',
          path,
          'was measured with another network, other images or other options',
          'name another file, or remove this one',
        );
      }
      return value.table;
    },
    save(table) {
      writeAllAtomically([{ path, content: `${JSON.stringify({ identity, table }, null, 2)}\n` }]);
    },
  };
}
