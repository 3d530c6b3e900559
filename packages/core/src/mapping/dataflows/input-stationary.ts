import type { MacroDataflow } from './dataflow.ts';

/** Loops: pixels tile, chunk, activation digit, weight digit, output, pixel. Every step hands its sum out. */
export const inputStationary: MacroDataflow = {
  name: 'input-stationary',
  title: 'Input stationary',
  summary: 'Activation rows stay, weights stream once per tile of pixels, every step spills its sum.',
  loops: ['pixels-tile', 'chunk', 'activation-digit', 'weight-digit', 'output', 'pixel'],
  rules: [
    { fields: ['pixels'], limit: 'activationRows' },
    { fields: ['outputs'], limit: 'one' },
    { fields: ['chunks'], limit: 'one' },
  ],
  weightLoads: (pixels, tile, digits) =>
    Math.ceil(pixels / tile.pixels) * digits.weights * digits.activations,
  activationLoads: (_outputs, _tile, digits) => digits.activations,
  sumsPerResult: (chunks, _tile, digits) => chunks * digits.weights * digits.activations,
};
