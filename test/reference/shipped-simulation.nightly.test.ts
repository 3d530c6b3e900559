import { DATAFLOWS } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { SHIPPED, testImages } from './support/shipped.ts';
import { expectSimulated, expectTraced, simulateShipped } from './support/simulate.ts';

const data = testImages();
const pixels = data.rows * data.columns;
const image = (index: number): Uint8Array => data.images.slice(index * pixels, (index + 1) * pixels);

describe.each(SHIPPED)('$name on the simulated macro', ({ name }) => {
  test.each(DATAFLOWS.map((dataflow) => dataflow.name))(
    '%s: an image clock edge by clock edge, equal to the fast engine',
    (dataflow) => {
      const clock = simulateShipped(name, image(1), dataflow, 'clock', true);
      expectSimulated(clock);
      expectTraced(clock);
      const fast = simulateShipped(name, image(1), dataflow, 'fast');
      expect(clock.simulation.layers.map(({ activity }) => activity)).toEqual(
        fast.simulation.layers.map(({ activity }) => activity),
      );
    },
  );

  test('20 images', () => {
    for (let i = 0; i < 20; i++)
      expectSimulated(simulateShipped(name, image(i), 'weight-stationary', 'fast'));
  });
});
