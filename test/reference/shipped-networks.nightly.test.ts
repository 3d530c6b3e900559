import { chipPreset, countNetwork, createReferenceExecutor } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { compareWithOnnxRuntime, sameBytes } from './support/compare.ts';
import { SHIPPED, shippedNetwork, testImages } from './support/shipped.ts';

const data = testImages();
const pixels = data.rows * data.columns;

describe.each(SHIPPED)('$name, all 10,000 images', ({ name }) => {
  const { network } = shippedNetwork(name);

  test("every value equals ONNX Runtime's integer operators", async () => {
    await compareWithOnnxRuntime(network, data.images, data.count);
  });

  test('every dot product counted entry by entry', () => {
    const chip = chipPreset('zhu2020');
    const reference = createReferenceExecutor(network);
    const chunk = 100;
    for (let first = 0; first < data.count; first += chunk) {
      const images = data.images.subarray(first * pixels, (first + chunk) * pixels);
      for (const { layer, count, expected } of countNetwork(network, chip, reference, images, chunk)) {
        expect(sameBytes(count.outputs, expected), `${layer.id}, images from ${first}`).toBe(true);
      }
    }
  });
});
