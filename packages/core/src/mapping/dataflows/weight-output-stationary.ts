import type { MacroDataflow } from './dataflow.ts';

/**
 * Loops: outputs tile, chunks tile, weight digit, activation digit, pixel, chunk of the tile, output of the tile. The weight rows hold
 * several chunks of each output, so that a sum leaves once per chunks tile.
 */
export const weightOutputStationary: MacroDataflow = {
  name: 'weight-output-stationary',
  title: 'Weight and output stationary',
  summary: 'Weight rows of several chunks stay, sums stay over these chunks, activations stream.',
  loops: ['outputs-tile', 'chunks-tile', 'weight-digit', 'activation-digit', 'pixel', 'chunk', 'output'],
  rules: [
    { fields: ['outputs', 'chunks'], limit: 'weightRows' },
    { fields: ['outputs'], limit: 'accumulators' },
    { fields: ['pixels'], limit: 'one' },
  ],
  weightLoads: (_pixels, _tile, digits) => digits.weights,
  activationLoads: (outputs, tile, digits) =>
    Math.ceil(outputs / tile.outputs) * digits.weights * digits.activations,
  sumsPerResult: (chunks, tile, digits) =>
    Math.ceil(chunks / tile.chunks) * digits.weights * digits.activations,
};
