import { describe, expect, it } from 'vitest';
import type { Network } from '../network/network.ts';
import { createKernelExecutor, loadKernelExecutor } from './index.ts';

const network: Network = {
  kind: 'network',
  name: 'tiny',
  input: { shape: [1, 2, 2], bits: 4 },
  nodes: [
    { kind: 'flatten', id: 'flat', input: 'input' },
    {
      kind: 'fully-connected',
      id: 'fc',
      input: 'flat',
      outFeatures: 1,
      weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: Int8Array.of(1, 2, 3, -1) },
      bias: null,
    },
  ],
  output: 'fc',
};
const executor = createKernelExecutor(network);

describe('kernel executor', () => {
  it('runs, also when compiled asynchronously', async () => {
    // 1*1 + 2*2 + 3*3 - 4 = 10
    expect([...executor.run(Uint8Array.of(1, 2, 3, 4), 1).outputs]).toEqual([10]);
    expect([...(await loadKernelExecutor(network)).run(Uint8Array.of(1, 2, 3, 4), 1).outputs]).toEqual([10]);
  });

  it('states its memory: whole pages', () => {
    expect(executor.memoryBytes()).toBeGreaterThanOrEqual(65536);
    expect(executor.memoryBytes() % 65536).toBe(0);
  });

  it.each([
    [3, 1, 'images: have 3 elements, must have 4 (1 images of [1, 2, 2])'],
    [8, 1, 'images: have 8 elements, must have 4 (1 images of [1, 2, 2])'],
    [4, 2, 'images: have 4 elements, must have 8 (2 images of [1, 2, 2])'],
    [0, 0, 'images: have 0 elements, must have 0 (0 images of [1, 2, 2])'],
  ])('refuses %i elements as %i images', (elements, count, text) => {
    expect(() => executor.run(new Uint8Array(elements), count)).toThrow(
      `${text} [image-shape-mismatch] — give whole images of the network input shape, and their number`,
    );
  });

  it('refuses codes above the input width', () => {
    expect(() => executor.run(Uint8Array.of(0, 15, 16, 0), 1)).toThrow(
      'images[2]: is 16, must be below 16 (the network reads 4-bit codes) [image-code-out-of-range] — ' +
        'quantize the images to the input width of the network',
    );
  });

  it('refuses histograms of what is no layer, and digits of no width', () => {
    const images = new Uint8Array(4);
    expect(() => executor.run(images, 1, { histogramDigitBits: new Map([['flat', 2]]) })).toThrow(
      'histogramDigitBits.flat: names no conv or fully-connected node [unknown-layer] — name a layer of the network',
    );
    expect(() => executor.run(images, 1, { histogramDigitBits: new Map([['fc', 9]]) })).toThrow(
      'histogramDigitBits.fc: is 9, must be an integer from 1 to 8 [value-out-of-range] — set it to an integer from 1 to 8',
    );
  });

  it('refuses an illegal network', () => {
    expect(() => createKernelExecutor({ ...network, output: 'nowhere' })).toThrow('[unknown-output]');
  });
});
