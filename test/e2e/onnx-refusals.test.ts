import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  encodeModel,
  floats,
  node,
  valueInfo,
  type GraphInit,
} from '../../packages/core/src/frontend/onnx/model.test-support.ts';
import { importOnnxFile } from '../../packages/cli/src/io/onnx.ts';
import { tally, temporaryFolder } from './support/tally.ts';

const folder = temporaryFolder();

const whole: GraphInit = {
  name: 'g',
  input: [valueInfo('x', [1, 1, 4, 4])],
  output: [valueInfo('y', [1, 2, 4, 4])],
  initializer: [floats('w', [2, 1, 1, 1], [1, 2])],
  node: [node('Conv', ['x', 'w'], ['y'], { kernel_shape: [1, 1] })],
};
const outside = [
  { key: 'location', value: '../../../../etc/passwd' },
  { key: 'length', value: '8' },
];

/** What a file holds, and what is said of it. */
const BROKEN: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['of 0 bytes', new Uint8Array(), /\[onnx-empty\]/],
  ['truncated', encodeModel(whole).subarray(0, 60), /\[onnx-truncated\]/],
  [
    'with a cycle',
    encodeModel({
      ...whole,
      initializer: [],
      node: [node('Add', ['x', 'b'], ['y']), node('Relu', ['y'], ['b'])],
    }),
    /\[onnx-cycle\]/,
  ],
  [
    'without an initializer',
    encodeModel({ ...whole, initializer: [] }),
    /'?w'? ?.*\[onnx-(?:undefined-value|missing-initializer)\]/,
  ],
  [
    'with absurd dimensions',
    encodeModel({
      ...whole,
      initializer: [{ ...floats('w', [2, 1, 1, 1], [1, 2]), dims: [2n ** 40n, 2n ** 40n] }],
    }),
    /'w'.*\[onnx-(?:dimension|too-large|tensor-data)\]/,
  ],
  [
    'with external data outside its folder',
    encodeModel({
      ...whole,
      initializer: [
        { name: 'w', dims: [2n, 1n, 1n, 1n], dataType: 1, dataLocation: 1, externalData: outside },
      ],
    }),
    /etc\/passwd.*\[onnx-external-data\]/,
  ],
];

test.each(BROKEN)('an ONNX file %s is refused at once, nothing is written', async (_, bytes, message) => {
  const path = join(folder.path, 'x.onnx');
  writeFileSync(path, bytes);
  // The work itself, by processor time: the machine may be busy with something else.
  const start = process.cpuUsage();
  expect(() => importOnnxFile(path, { normalization: null })).toThrow(message);
  const { user, system } = process.cpuUsage(start);
  expect(user + system).toBeLessThan(2e6);
  const ended = await tally(['quantize', 'x.onnx', '-o', 'y.tally'], { cwd: folder.path });
  expect([ended.code, ended.stdout]).toEqual([1, '']);
  expect(ended.stderr).toMatch(/^error x\.onnx/);
  expect(ended.stderr).toMatch(message);
  expect(readdirSync(folder.path)).toEqual(['x.onnx']);
});
