import { DATAFLOWS } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { SHIPPED, testImages } from './support/shipped.ts';
import { expectSimulated, expectTraced, simulateShipped } from './support/simulate.ts';

const data = testImages();
const pixels = data.rows * data.columns;
const image = (index: number): Uint8Array => data.images.slice(index * pixels, (index + 1) * pixels);

describe.each(SHIPPED)('$name on the simulated macro', ({ name }) => {
  test.each(DATAFLOWS.map((dataflow) => dataflow.name))(
    '%s: every value, count, load, cycle and picojoule of an image',
    (dataflow) => {
      expectSimulated(simulateShipped(name, image(7), dataflow, 'fast'));
    },
  );

  test('records of the trace add up to the counts of the main job, layer by layer', () => {
    expectTraced(simulateShipped(name, image(3), 'weight-stationary', 'fast', true));
  });
});

test('resnet8-w3a2 on zhu2020 takes 3,677,402 clocks an image', () => {
  const { simulation } = simulateShipped('resnet8-w3a2', image(0), 'weight-stationary', 'fast');
  // conv1: 16 x 28^2 outputs of 9 entries in 16 passes, 200,704 vectors; block1: 2 layers x 16 x 28^2 x 2 vectors;
  // block2: 32 x 14^2 x (2 + 3 + 1); block3: 64 x 7^2 x (3 + 5 + 1); fc: 10 x 16 passes: 316,896 vectors x 10 slots;
  // windows: 200,704 + 2 x 12,544 + 3 x 6,272 + 3 x 3,136 + 160 = 254,176, each 2; 10 layers x 9
  expect(simulation.cycles).toBe(316_896 * 10 + 254_176 * 2 + 10 * 9);
});
