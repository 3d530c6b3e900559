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

describe('runs in parts', () => {
  const network = twoLayers(8);
  const random = seededRandom(3);
  const images = Uint8Array.from({ length: 300 * 45 }, () => random.integer(0, 255));
  const histogramDigitBits = new Map([['a', 2]]);
  const run = (executor: ReturnType<typeof createReferenceExecutor>, count: number) =>
    executor.run(images.subarray(0, count * 45), count, { histogramDigitBits });

  it('count what one run counts, whenever they are asked', () => {
    const reference = createReferenceExecutor(network);
    const parts = createKernelExecutor(network).start({ histogramDigitBits });
    let done = 0;
    // 85 images fill the byte counters of two-bit digits: asked before, at, and past that.
    for (const size of [1, 84, 1, 170, 44]) {
      const outputs = parts.add(images.subarray(done * 45, (done + size) * 45), size);
      done += size;
      const expected = run(reference, done);
      expect([...outputs]).toEqual([...expected.outputs.subarray((done - size) * 2)]);
      expect(parts.histogram('a')).toEqual(expected.histograms.get('a'));
    }
    expect(parts.histogram('b')).toBeNull();
  });

  it('end when the next run begins', () => {
    const executor = createKernelExecutor(network);
    const first = executor.start({ histogramDigitBits });
    first.add(images.subarray(0, 45), 1);
    const second = executor.start({ histogramDigitBits });
    expect(() => first.add(images.subarray(0, 45), 1)).toThrow('another run has begun on this executor');
    expect(() => first.histogram('a')).toThrow('another run has begun on this executor');
    second.add(images.subarray(0, 45), 1);
    expect(second.histogram('a')).toEqual(run(createReferenceExecutor(network), 1).histograms.get('a'));
  });
});
