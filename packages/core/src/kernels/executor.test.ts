import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/index.ts';
import type { Executor } from '../execute/index.ts';
import { listMacLayers } from '../network/mac-layer.ts';
import { arbitraryNetworkCase, type NetworkCase } from '../testing/index.ts';
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
});
