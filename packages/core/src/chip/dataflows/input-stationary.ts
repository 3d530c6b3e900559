import { loaded, spilledSums, type Dataflow } from './dataflow.ts';

/**
 * A tile of `activationVectors` activation vectors stays; all weights stream past each tile.
 * With T = activationVectors:
 *
 *     activation loads  = touched inputs * Ad                               (once per window they are part of)
 *     weight loads      = G * M * K * ceil(P / T) * Wd * Ad                 (once per tile)
 *     partial sums      spill: every step but the last of an output returns from memory
 */
export const inputStationary: Dataflow = {
  name: 'input-stationary',
  title: 'Input stationary',
  summary: 'Activations stay in the macro, weights stream, partial sums go through memory.',
  accesses: (p) => ({
    weights: loaded(
      p.groups * p.outputs * p.length * Math.ceil(p.pixels / p.activationVectors) * p.passes,
      p.pairs,
      p.weightDigitStorageBits,
    ),
    activations: loaded(p.touchedInputs * p.activationDigits, p.pairs, p.activationDigitStorageBits),
    partialSums: spilledSums(p),
  }),
};
