import { TallyError } from '@tally/core';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExternalBeside, readOnnx } from './onnx.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tally-onnx-'));
  mkdirSync(join(root, 'model', 'data'), { recursive: true });
  writeFileSync(join(root, 'secret.bin'), 'secret');
  writeFileSync(join(root, 'model', 'weights.bin'), 'abc');
  writeFileSync(join(root, 'model', 'data', 'more.bin'), 'de');
  symlinkSync(join(root, 'secret.bin'), join(root, 'model', 'link.bin'));
  symlinkSync(root, join(root, 'model', 'up'));
  symlinkSync('weights.bin', join(root, 'model', 'inner.bin'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test('external data are read from the folder of the model and below it', () => {
  const read = readExternalBeside(join(root, 'model', 'net.onnx'));
  const text = (location: string): string => new TextDecoder().decode(read(location));
  expect([text('weights.bin'), text('data/more.bin'), text('inner.bin')]).toEqual(['abc', 'de', 'abc']);
});

test.each([
  ['link.bin', "a symbolic link leads out of the model's folder"],
  ['up/secret.bin', "a symbolic link leads out of the model's folder"],
  ['../secret.bin', "a symbolic link leads out of the model's folder"],
  ['data', 'it is no regular file'],
])('not %s', (location, reason) => {
  const read = readExternalBeside(join(root, 'model', 'net.onnx'));
  expect(() => read(location)).toThrow(reason);
});

test('a file that is missing, and one that is empty', () => {
  const issues = (path: string): unknown => {
    try {
      return readOnnx(path);
    } catch (error) {
      return error instanceof TallyError ? error.message : error;
    }
  };
  expect(issues(join(root, 'none.onnx'))).toContain('none.onnx: there is no such ONNX file');
  const empty = join(root, 'empty.onnx');
  writeFileSync(empty, '');
  expect(issues(empty)).toContain('empty.onnx');
});
