import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkWritable, missingFolders, writeAllAtomically } from './outputs.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tally-outputs-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

test('writes every file whole and leaves nothing else', () => {
  writeAllAtomically([
    { path: join(folder, 'a'), content: 'text' },
    { path: join(folder, 'b'), content: Uint8Array.of(1, 2) },
  ]);
  expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('text');
  expect([...readFileSync(join(folder, 'b'))]).toEqual([1, 2]);
});

test('one path that cannot be written keeps all from being written', () => {
  mkdirSync(join(folder, 'taken'));
  expect(() => {
    writeAllAtomically([
      { path: join(folder, 'a'), content: 'text' },
      { path: join(folder, 'taken'), content: 'text' },
    ]);
  }).toThrow('it is a folder, not a file [output-not-writable]');
  expect(readdirSync(folder)).toEqual(['taken']);
});

test('an absent folder is refused before any work', () => {
  expect(() => checkWritable(join(folder, 'no', 'a'))).toThrow(
    `the folder ${join(folder, 'no')} does not exist`,
  );
  expect(existsSync(join(folder, 'no'))).toBe(false);
});

test('folders that are not there are made with what goes into them, or not at all', () => {
  const inner = join(folder, 'a', 'b');
  const folders = missingFolders(inner);
  expect(folders).toEqual([join(folder, 'a'), inner]);
  const file = (path: string) => ({ path, content: 'text' });
  expect(() => {
    writeAllAtomically([file(join(inner, 'c')), file(inner)], folders);
  }).toThrow(`${inner}: is the folder that other outputs go to [outputs-collide]`);
  expect(() => {
    writeAllAtomically([file(join(inner, 'c')), file(join(inner, 'x'.repeat(300)))], folders);
  }).toThrow('[output-not-writable]');
  expect(readdirSync(folder)).toEqual([]);
  writeAllAtomically([file(join(inner, 'c')), file(join(folder, 'a', 'd'))], folders);
  expect(readdirSync(join(folder, 'a')).sort()).toEqual(['b', 'd']);
  expect(readdirSync(inner)).toEqual(['c']);
  expect(missingFolders(inner)).toEqual([]);
});

test('a folder that cannot be made is refused before any work', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => missingFolders(join(folder, 'file', 'a'))).toThrow(
    `${join(folder, 'file', 'a')}: ${join(folder, 'file')} is a file, a folder is expected [output-not-writable]`,
  );
});

test('two outputs in one file are refused', () => {
  const path = join(folder, 'a');
  expect(() => {
    writeAllAtomically([
      { path, content: 'one' },
      { path: join(folder, '.', 'a'), content: 'two' },
    ]);
  }).toThrow(`${path}: is the same file as the output ${path}`);
  expect(readdirSync(folder)).toEqual([]);
});

test('a rename that fails takes back those before it', () => {
  writeFileSync(join(folder, 'old'), 'before');
  const late = join(folder, 'late');
  expect(() => {
    writeAllAtomically([
      { path: join(folder, 'old'), content: 'after' },
      { path: join(folder, 'new'), content: 'after' },
      {
        path: late,
        // Becomes a folder after the paths were checked.
        get content() {
          mkdirSync(late);
          return 'after';
        },
      },
    ]);
  }).toThrow(/late: writing failed: EISDIR.* \[output-not-writable\]/);
  expect(readdirSync(folder).sort()).toEqual(['late', 'old']);
  expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('before');
});
