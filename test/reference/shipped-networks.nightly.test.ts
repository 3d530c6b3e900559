import { chipPreset, countNetwork, createReferenceExecutor } from '@tally/core';
import { expect, test } from 'vitest';
import { sameBytes } from './support/compare.ts';
import { shippedNetwork, testImages } from './support/shipped.ts';

const data = testImages();

test('the network of the demo: every dot product of all 10,000 images, counted entry by entry', () => {
  const { network } = shippedNetwork('resnet8-w3a2');
  const chip = chipPreset('zhu2020');
  const reference = createReferenceExecutor(network);
  const pixels = data.rows * data.columns;
  const chunk = 100;
  let accumulators = 0;
  for (let first = 0; first < data.count; first += chunk) {
    const images = data.images.subarray(first * pixels, (first + chunk) * pixels);
    for (const { layer, count, expected } of countNetwork(network, chip, reference, images, chunk)) {
      expect(sameBytes(count.outputs, expected), `${layer.id}, images from ${first}`).toBe(true);
      accumulators += expected.length;
    }
  }
  // Outputs per image: 3 x 16 x 28^2 + 3 x 32 x 14^2 + 3 x 64 x 7^2 + 10 = 65,866.
  expect(accumulators).toBe(10_000 * 65_866);
});
