import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFolder, writeFolderAtomically } from './folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tally-out-folder-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

const options = { force: false, marker: 'mark' };
const at = (name: string): string => join(folder, name);

test('a new and an empty folder are written whole', () => {
  mkdirSync(at('empty'));
  for (const name of ['new', 'empty']) {
    writeFolderAtomically(
      at(name),
      [
        { path: 'mark', text: 'm' },
        { path: 'a/b', text: 'x' },
      ],
      options,
    );
    expect(readdirSync(at(name)).sort()).toEqual(['a', 'mark']);
    expect(readFileSync(at(`${name}/a/b`), 'utf8')).toBe('x');
  }
  expect(readdirSync(folder).sort()).toEqual(['empty', 'new']);
});

/** The superuser may write everywhere. */
const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot)('a folder whose place takes no new names is refused up front (skipped for root)', () => {
  mkdirSync(at('there'));
  chmodSync(folder, 0o555);
  const refusal = `the folder ${folder} is not writable for this user [output-not-writable] — name a folder elsewhere`;
  expect(() => checkFolder(at('new'), options)).toThrow(`${at('new')}: ${refusal}`);
  expect(() => checkFolder(at('there'), options)).toThrow(`${at('there')}: ${refusal}`);
});

test('a file, a place that is not there or is a file, a circle of links', () => {
  writeFileSync(at('file'), 'x');
  symlinkSync('circle', at('circle'));
  expect(() => checkFolder(at('file'), options)).toThrow(
    `${at('file')}: it is a file, not a folder [output-not-writable] — name a folder`,
  );
  for (const parent of ['no', 'file']) {
    expect(() => checkFolder(at(`${parent}/new`), options)).toThrow(
      `the folder ${at(parent)} does not exist [output-not-writable] — create it first: mkdir -p ${at(parent)}`,
    );
  }
  expect(() => checkFolder(at('circle'), options)).toThrow(
    /circle: the folder cannot be read: ELOOP.* \[output-not-writable\] — name another folder/,
  );
});
