import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/index.ts';
import type { Network } from '../network/network.ts';
import { seededRandom } from '../testing/index.ts';
import { createKernelExecutor } from './index.ts';

/** Two layers on one value of `bits` bits. */
function twoLayers(bits: number): Network {
  const weights = (count: number) => ({
    format: { system: 'twos-complement' as const, bits: 2 },
    codes: Int8Array.from({ length: count }, (_, i) => (i % 4) - 2),
  });
  const window = { kernel: [2, 2], stride: [1, 1], dilation: [1, 1], padding: [1, 0, 0, 1] } as const;
  const conv = { kind: 'conv', input: 'input', outChannels: 2, groups: 1, bias: null, ...window } as const;
  return {
    kind: 'network',
    name: 'two-layers',
    input: { shape: [3, 3, 5], bits },
    nodes: [
      { ...conv, id: 'a', weights: weights(24) },
      { ...conv, id: 'b', weights: weights(24) },
      { kind: 'add', id: 'sum', inputs: ['a', 'b'] },
      { kind: 'global-average-pool', id: 'pool', input: 'sum' },
      { kind: 'flatten', id: 'out', input: 'pool' },
    ],
    output: 'out',
  };
}

describe('level histograms', () => {
  // Byte counters are widened after 85 images (two-bit digits) or 255 (others): cross both, twice.
  it.each([
    [2, 2, 700],
    [2, 1, 700],
    [4, 2, 700],
    [8, 2, 700],
    [8, 3, 700],
    [8, 4, 520],
    [8, 8, 300],
    [1, 2, 700],
    [3, 5, 300],
  ])(
    '%i-bit codes by digits of %i bits over %i images equal the reference, at their extremes too',
    (bits, digitBits, count) => {
      const network = twoLayers(bits);
      const random = seededRandom(bits * 10 + digitBits);
      const top = 2 ** bits - 1;
      // The first element is always the top level, so that its counters reach the number of images.
      const images = Uint8Array.from({ length: count * 45 }, (_, i) =>
        i % 45 === 0 ? top : random.integer(0, top),
      );
      const histogramDigitBits = new Map([
        ['a', digitBits],
        ['b', digitBits],
      ]);
      const kernels = createKernelExecutor(network);
      const expected = createReferenceExecutor(network).run(images, count, { histogramDigitBits });
      // Twice: counters start anew.
      for (let repeat = 0; repeat < 2; repeat++) {
        expect(kernels.run(images, count, { histogramDigitBits })).toEqual(expected);
      }
    },
  );
});
