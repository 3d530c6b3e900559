import type { MacroDataflow } from './dataflow.ts';

/** Loops: outputs tile, pixels tile, weight digit, activation digit, chunk, output, pixel. Sums leave once. */
export const outputStationary: MacroDataflow = {
  name: 'output-stationary',
  title: 'Output stationary',
  summary: 'Sums stay until the last chunk and digit, weights and activations stream.',
  loops: ['outputs-tile', 'pixels-tile', 'weight-digit', 'activation-digit', 'chunk', 'output', 'pixel'],
  rules: [
    { fields: ['outputs'], limit: 'weightRows' },
    { fields: ['pixels'], limit: 'activationRows' },
    { fields: ['outputs', 'pixels'], limit: 'accumulators' },
    { fields: ['chunks'], limit: 'one' },
  ],
  weightLoads: (pixels, tile, digits) =>
    Math.ceil(pixels / tile.pixels) * digits.weights * digits.activations,
  activationLoads: (outputs, tile, digits) =>
    Math.ceil(outputs / tile.outputs) * digits.weights * digits.activations,
  sumsPerResult: () => 1,
};
