import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportModel, type Model } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { simplified } from '../../packages/core/src/export/export.test-support.ts';
import { importOnnx } from '../../packages/core/src/frontend/import/import.ts';

const shared = process.env['TALLY_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/** Networks of others: what they expect of a pixel x / 255, and the formats that their models have. */
const NETWORKS = [
  {
    file: 'resnet20-cifar10.onnx',
    normalization: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
    formats: ['onnx'],
  },
  {
    file: 'resnet18-imagenet.onnx',
    normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    formats: ['onnx'],
  },
  { file: 'TFC_2W2A.onnx', normalization: null, formats: ['qonnx', 'qdq'] },
] as const;

function sameBytes(a: Float32Array, b: Float32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a).equals(bytes(b));
}

function read(bytes: Uint8Array, normalization: (typeof NETWORKS)[number]['normalization']): Model {
  return importOnnx(simplified(bytes), { name: 'network', normalization }).model;
}

describe.each(NETWORKS)('$file', ({ file, normalization, formats }) => {
  const path = join(shared, 'networks', file);

  test.skipIf(!existsSync(path))(
    'imported, exported and imported again: the same graph and parameters, bit for bit (needs networks/ in the folder TALLY_SHARED)',
    () => {
      const model = read(readFileSync(path), normalization);
      for (const format of formats) {
        // The normalisation is in the model now: the exported file reads x / 255.
        const again = read(exportModel(model, format), null);
        expect(again.graph).toEqual(model.graph);
        expect([...again.parameters.keys()]).toEqual([...model.parameters.keys()]);
        for (const [name, { shape, data }] of model.parameters) {
          const other = again.parameters.get(name)!;
          expect(other.shape).toEqual(shape);
          expect(sameBytes(other.data, data), name).toBe(true);
        }
      }
    },
  );
});
