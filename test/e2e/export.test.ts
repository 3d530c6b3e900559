import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeModel, decodeNetwork, exportModel, exportNetwork } from '@tally/core';
import { expect, test } from 'vitest';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const shipped = (name: string): string => fileURLToPath(new URL(`../../models/${name}`, import.meta.url));
const run = (...args: readonly string[]) => tally(['export', ...args], { cwd: folder.path });

test('a quantized model: QONNX unless told otherwise', async () => {
  const path = shipped('trained/w3a2.model');
  const model = decodeModel(readFileSync(path), path);
  const ended = await run(path, '-o', 'a.onnx');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toContain('QONNX, operator set 17, Quant nodes');
  expect(new Uint8Array(readFileSync(at('a.onnx')))).toEqual(exportModel(model, 'qonnx'));
  expect((await run(path, '--format', 'qdq', '-o', 'b.onnx')).code).toBe(0);
  expect(new Uint8Array(readFileSync(at('b.onnx')))).toEqual(exportModel(model, 'qdq'));
});

test('an integer network: integer operators, the hash said', async () => {
  const path = shipped('resnet8-w3a2.tally');
  const { network, hash } = decodeNetwork(readFileSync(path), path);
  const ended = await run(path, '-o', 'n.onnx');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toContain(hash);
  expect(new Uint8Array(readFileSync(at('n.onnx')))).toEqual(exportNetwork(network));
});

test('an integer network has no QDQ form', async () => {
  const path = shipped('resnet8-w3a2.tally');
  const ended = await run(path, '--format', 'qdq', '-o', 'n.onnx');
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr:
      `error ${path}: is an integer network, which has no quantizers left to write as qdq [export-format-mismatch]\n` +
      '  fix   export the model that it was lowered from, or leave --format out\n',
  });
  expect(existsSync(at('n.onnx'))).toBe(false);
});

test('a file that is neither is refused, nothing is written', async () => {
  writeFileSync(at('x.model'), 'no model at all, and long enough to look at');
  const ended = await run('x.model', '-o', 'x.onnx');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('error x.model: starts with 6e6f206d6f64656c, a network file starts with');
  expect(existsSync(at('x.onnx'))).toBe(false);
});
