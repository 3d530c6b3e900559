import type { MacroDataflow } from './dataflow.ts';

/** Loops: outputs tile, chunk, weight digit, activation digit, pixel, output of the tile. Every step hands its sum out. */
export const weightStationary: MacroDataflow = {
  name: 'weight-stationary',
  title: 'Weight stationary',
  summary: 'Weight rows stay, activations stream once per tile of outputs, every step spills its sum.',
  loops: ['outputs-tile', 'chunk', 'weight-digit', 'activation-digit', 'pixel', 'output'],
  rules: [
    { fields: ['outputs'], limit: 'weightRows' },
    { fields: ['pixels'], limit: 'one' },
    { fields: ['chunks'], limit: 'one' },
  ],
  weightLoads: (_pixels, _tile, digits) => digits.weights,
  activationLoads: (outputs, tile, digits) =>
    Math.ceil(outputs / tile.outputs) * digits.weights * digits.activations,
  sumsPerResult: (chunks, _tile, digits) => chunks * digits.weights * digits.activations,
};
