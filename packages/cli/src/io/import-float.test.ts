import { decodeOnnx, findOperator, importOnnx, simplify } from '@tally/core';
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  fileLogits,
  largestDifference,
  modelLogits,
  type Normalization,
} from './import-parity.test-support.ts';
import { importOnnxFile } from './onnx.ts';
import { randomFile } from './random-onnx.test-support.ts';

/** Pixels without any pattern that a kernel could match, the same on every run. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
}

test('random float graphs: the model computes what ONNX Runtime computes of the file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.boolean(), async (seed, isNormalised) => {
      const { bytes, shape, operators } = randomFile(seed);
      // Means that are pixel codes: padding by the mean pixel is then exact.
      const normalization: Normalization = isNormalised
        ? {
            mean: [30, 120, 128, 250].map((code) => code / 255).slice(0, shape[0]),
            std: [0.3, 0.25, 0.5, 0.2].slice(0, shape[0]),
          }
        : { mean: shape.map(() => 0).concat(0), std: shape.map(() => 1).concat(1) };
      const graph = simplify(decodeOnnx(bytes), { operator: findOperator });
      const { model } = importOnnx(graph, {
        name: 'random',
        normalization: isNormalised ? normalization : null,
      });
      const codes = noise(2 * shape[0] * shape[1] * shape[2]);
      const { difference, magnitude } = largestDifference(
        await modelLogits(model, codes),
        await fileLogits(bytes, codes, shape, normalization),
      );
      expect(difference / Math.max(1, magnitude), operators.join('\n')).toBeLessThan(1e-5);
    }),
    { numRuns: 150, seed: 11 },
  );
});

const shared =
  process.env['TALLY_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const networks = join(shared, 'networks');
const std = [0.229, 0.224, 0.225];

describe.skipIf(!existsSync(networks))(
  `float networks (TALLY_SHARED names the folder with networks/, now ${shared})`,
  () => {
    test.each(['resnet20-cifar10', 'resnet18-imagenet'])(
      '%s: logits as ONNX Runtime has them of the file',
      async (name) => {
        const file = join(networks, `${name}.onnx`);
        const parity = async (mean: readonly number[]): Promise<ReturnType<typeof largestDifference>> => {
          const { model, quantized } = importOnnxFile(file, { normalization: { mean, std } });
          expect(quantized).toBe(false);
          const { shape } = model.graph.input;
          const codes = noise(shape.reduce((product, size) => product * size, 2));
          return largestDifference(
            await modelLogits(model, codes),
            await fileLogits(file, codes, shape, { mean, std }),
          );
        };
        // The mean pixel on a code: nothing but float32 rounding is left (measured: 6e-6 of 8 and 12).
        const onCode = await parity([124 / 255, 116 / 255, 104 / 255]);
        expect(onCode.difference / onCode.magnitude).toBeLessThan(1e-5);
        // The real mean, 123.675, 116.28, 103.53: the border is rounded to codes (measured: 0.013 and 0.003).
        const { difference } = await parity([0.485, 0.456, 0.406]);
        expect(difference).toBeLessThan(0.03);
      },
    );
  },
);
