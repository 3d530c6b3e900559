import { keptSums, loaded, type Dataflow } from './dataflow.ts';

/**
 * A tile of Tm outputs x Tp pixels stays as partial sums until complete; weights and activations stream.
 * Tp = min(activationVectors, partialSums) pixels, Tm = min(weightVectors, floor(partialSums / Tp)) outputs:
 *
 *     weight loads      = G * M * K * ceil(P / Tp) * Wd * Ad
 *     activation loads  = ceil(M / Tm) * touched inputs * Wd * Ad
 *     partial sums      leave once, complete
 */
export const outputStationary: Dataflow = {
  name: 'output-stationary',
  title: 'Output stationary',
  summary: 'Partial sums stay in the macro until complete, weights and activations stream.',
  accesses: (p) => {
    const tilePixels = Math.min(p.activationVectors, p.partialSums);
    const tileOutputs = Math.min(p.weightVectors, Math.floor(p.partialSums / tilePixels));
    return {
      weights: loaded(
        p.groups * p.outputs * p.length * Math.ceil(p.pixels / tilePixels) * p.passes,
        p.pairs,
        p.weightDigitStorageBits,
      ),
      activations: loaded(
        Math.ceil(p.outputs / tileOutputs) * p.touchedInputs * p.passes,
        p.pairs,
        p.activationDigitStorageBits,
      ),
      partialSums: keptSums(p),
    };
  },
};
