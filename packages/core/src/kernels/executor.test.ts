import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/index.ts';
import type { Executor } from '../execute/index.ts';
import { listMacLayers } from '../network/mac-layer.ts';
import type { Network } from '../network/network.ts';
import { arbitraryNetworkCase, seededRandom, type NetworkCase } from '../testing/index.ts';
import { createKernelExecutor, exactBuilds } from './index.ts';

/** Everything that a run shows: outputs, each value of each node, each histogram. */
function everything(
  executor: Executor,
  { network, images, count }: NetworkCase,
  digitBits: number,
  watch: boolean,
) {
  const values: Record<string, number[]> = {};
  const histogramDigitBits = new Map(listMacLayers(network).map(({ node }) => [node.id, digitBits]));
  const observe = (id: string, data: Uint8Array | Int32Array): void => {
    values[id] = [...(values[id] ?? []), ...data];
  };
  const result = executor.run(
    images,
    count,
    watch ? { histogramDigitBits, observe } : { histogramDigitBits },
  );
  return { outputs: [...result.outputs], values, histograms: [...result.histograms] };
}

/** One convolution and its thresholds, wide and often of the form that the integer Toom-Cook transform takes. */
function arbitraryWideCase(): fc.Arbitrary<NetworkCase> {
  return fc
    .record({
      channels: fc.constantFrom(16, 32, 48, 64),
      outChannels: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      padding: fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 2 }))) as fc.Arbitrary<
        [number, number, number, number]
      >,
      bits: fc.integer({ min: 1, max: 4 }),
      weightBits: fc.integer({ min: 2, max: 5 }),
      extreme: fc.boolean(),
      count: fc.integer({ min: 1, max: 20 }),
      seed: fc.nat(),
    })
    .filter(({ height, width, padding: [top, left, bottom, right] }) => {
      return height + top + bottom >= 3 && width + left + right >= 3;
    })
    .map(({ channels, outChannels, height, width, padding, bits, weightBits, extreme, count, seed }) => {
      const random = seededRandom(seed);
      const largest = 2 ** bits - 1;
      const most = 2 ** (weightBits - 1) - 1;
      const weight = (): number => (extreme ? random.pick([-most, most]) : random.integer(-most, most));
      const pixel = (): number => (extreme ? random.pick([0, largest]) : random.integer(0, largest));
      const network: Network = {
        kind: 'network',
        name: 'wide',
        input: { shape: [channels, height, width], bits },
        nodes: [
          {
            kind: 'conv',
            id: 'conv',
            input: 'input',
            outChannels,
            groups: 1,
            kernel: [3, 3],
            stride: [1, 1],
            dilation: [1, 1],
            padding,
            weights: {
              format: { system: 'sign-magnitude', bits: weightBits },
              codes: Int8Array.from({ length: outChannels * channels * 9 }, weight),
            },
            bias: Int32Array.from({ length: outChannels }, () => random.integer(-1000, 1000)),
          },
          {
            kind: 'threshold',
            id: 'codes',
            input: 'conv',
            bits: 2,
            thresholds: Int32Array.of(-40 * largest, 10, 60 * largest),
            direction: Int8Array.of(1),
          },
          { kind: 'global-average-pool', id: 'pool', input: 'codes' },
          { kind: 'flatten', id: 'flat', input: 'pool' },
        ],
        output: 'flat',
      };
      const images = Uint8Array.from({ length: count * channels * height * width }, pixel);
      return { network, images, count };
    });
}

describe.each(exactBuilds())('kernels, build %s', (build) => {
  it('shows every value and histogram of the reference', () => {
    fc.assert(
      fc.property(arbitraryNetworkCase(), fc.integer({ min: 1, max: 8 }), (networkCase, digitBits) => {
        const kernels = createKernelExecutor(networkCase.network, { build });
        const reference = createReferenceExecutor(networkCase.network);
        expect(everything(kernels, networkCase, digitBits, true)).toEqual(
          everything(reference, networkCase, digitBits, true),
        );
        expect(everything(kernels, networkCase, digitBits, false)).toEqual(
          everything(reference, networkCase, digitBits, false),
        );
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('shows every value of the reference where layers are wide enough for the fast paths', () => {
    fc.assert(
      fc.property(arbitraryWideCase(), (networkCase) => {
        const kernels = createKernelExecutor(networkCase.network, { build });
        const reference = createReferenceExecutor(networkCase.network);
        expect(everything(kernels, networkCase, 2, true)).toEqual(
          everything(reference, networkCase, 2, true),
        );
        expect(everything(kernels, networkCase, 2, false)).toEqual(
          everything(reference, networkCase, 2, false),
        );
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});
