import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkKeepFolder } from './keep-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-keep-test-'));
const at = (name: string): string => join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a folder, and one that is not there yet, are fine; nothing is made', () => {
  checkKeepFolder(folder);
  checkKeepFolder(at('new/and/below'));
  expect(existsSync(at('new'))).toBe(false);
});

test('a file, and what would be under one, are refused', () => {
  writeFileSync(at('file'), '');
  for (const path of [at('file'), at('file/below/it')]) {
    expect(() => {
      checkKeepFolder(path);
    }).toThrow(`${path}: ${at('file')} is a file, not a folder [output-not-writable] — name another folder`);
  }
});

test.skipIf(process.getuid?.() === 0)('a folder of others is refused (skipped for root)', () => {
  mkdirSync(at('locked'));
  chmodSync(at('locked'), 0o555);
  expect(() => {
    checkKeepFolder(at('locked/waves'));
  }).toThrow(`the folder ${at('locked')} is not writable for this user [output-not-writable]`);
});
