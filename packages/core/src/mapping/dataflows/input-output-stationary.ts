import type { MacroDataflow } from './dataflow.ts';

/**
 * Loops: pixels tile, chunks tile, activation digit, weight digit, output, chunk of the tile, pixel of the tile. The activation rows hold
 * several chunks of each pixel, so that a sum leaves once per chunks tile.
 */
export const inputOutputStationary: MacroDataflow = {
  name: 'input-output-stationary',
  title: 'Input and output stationary',
  summary: 'Activation rows of several chunks stay, sums stay over these chunks, weights stream.',
  loops: ['pixels-tile', 'chunks-tile', 'activation-digit', 'weight-digit', 'output', 'chunk', 'pixel'],
  rules: [
    { fields: ['pixels', 'chunks'], limit: 'activationRows' },
    { fields: ['pixels'], limit: 'accumulators' },
    { fields: ['outputs'], limit: 'one' },
  ],
  weightLoads: (pixels, tile, digits) =>
    Math.ceil(pixels / tile.pixels) * digits.weights * digits.activations,
  activationLoads: (_outputs, _tile, digits) => digits.activations,
  sumsPerResult: (chunks, tile, digits) =>
    Math.ceil(chunks / tile.chunks) * digits.weights * digits.activations,
};
