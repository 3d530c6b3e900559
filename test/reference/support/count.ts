import {
  chipPreset,
  countNetwork,
  createKernelExecutor,
  createReferenceExecutor,
  operatingPoint,
  runOnChip,
  techPreset,
} from '@tally/core';
import { expect } from 'vitest';
import { sameBytes } from './compare.ts';
import { chipOf, shippedNetwork } from './shipped.ts';

/**
 * Counts every dot product entry by entry: the accumulators must be the reference executor's, and the
 * counts those that the pipeline derives from the kernels' level histograms.
 *
 * @param images `count` whole images
 */
export function expectCountedByEntries(name: string, images: Uint8Array, count: number): void {
  const { network, hash } = shippedNetwork(name);
  const chip = chipPreset(chipOf(name));
  const report = runOnChip({
    network,
    chip,
    tech: techPreset('zhu2020-65nm'),
    operatingPoint: operatingPoint(chip, 'peak-efficiency'),
    executor: createKernelExecutor(network),
    images,
    count,
    labels: null,
  });
  expect(report.network.hash).toBe(hash);
  const layers = countNetwork(network, chip, createReferenceExecutor(network), images, count);
  // The stem, three blocks of two, two shortcuts, the classifier: 1 + 6 + 2 + 1 = 10.
  expect(layers).toHaveLength(10);
  for (const [i, { layer, count: counted, expected }] of layers.entries()) {
    expect(sameBytes(counted.outputs, expected), layer.id).toBe(true);
    expect(report.layers[i].classMatches, layer.id).toEqual(counted.classes);
    expect(report.layers[i].vectors * count, layer.id).toBe(counted.vectors);
  }
}
