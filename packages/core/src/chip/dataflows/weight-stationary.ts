import { loaded, spilledSums, type Dataflow } from './dataflow.ts';

/**
 * A tile of `weightVectors` weight vectors stays; the activations of all pixels stream past each tile.
 * With M outputs, K entries, P pixels, G groups, Wd and Ad digits, T = weightVectors:
 *
 *     weight loads      = G * M * K * Wd                                    (each weight digit once)
 *     activation loads  = ceil(M / T) * touched inputs * Wd * Ad            (once per tile)
 *     partial sums      spill: every step but the last of an output returns from memory
 */
export const weightStationary: Dataflow = {
  name: 'weight-stationary',
  title: 'Weight stationary',
  summary: 'Weights stay in the macro, activations stream, partial sums go through memory.',
  accesses: (p) => ({
    weights: loaded(p.groups * p.outputs * p.length * p.weightDigits, p.pairs, p.weightDigitStorageBits),
    activations: loaded(
      Math.ceil(p.outputs / p.weightVectors) * p.touchedInputs * p.passes,
      p.pairs,
      p.activationDigitStorageBits,
    ),
    partialSums: spilledSums(p),
  }),
};
