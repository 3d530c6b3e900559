import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAPPING_DATAFLOWS } from '../dataflows/registry.ts';
import { MacroTiles } from './macro-tiles.ts';
import { smallMachine } from './random-case.test-support.ts';

const size = fc.integer({ min: 1, max: 40 });
const digits = fc.record({
  weights: fc.integer({ min: 1, max: 4 }),
  activations: fc.integer({ min: 1, max: 4 }),
});
const tile = fc.record({ outputs: size, pixels: size, chunks: size });
const dataflow = fc.constantFrom(...MAPPING_DATAFLOWS);

test('what the search rests on: nothing rises with a larger macro tile, or when work is joined', () => {
  fc.assert(
    fc.property(dataflow, tile, tile, digits, size, size, (flow, a, by, count, one, other) => {
      const larger = {
        outputs: a.outputs + by.outputs - 1,
        pixels: a.pixels + by.pixels - 1,
        chunks: a.chunks + by.chunks - 1,
      };
      for (const f of [flow.weightLoads, flow.activationLoads, flow.sumsPerResult]) {
        expect(f(one, larger, count)).toBeLessThanOrEqual(f(one, a, count));
        expect(f(one + other, a, count)).toBeLessThanOrEqual(f(one, a, count) + f(other, a, count));
        expect(f(one, a, count)).toBeLessThanOrEqual(f(one + other, a, count));
      }
    }),
    { numRuns: 500 },
  );
});

test('the largest tiles cover all tiles, and come before those that they cover', () => {
  fc.assert(
    fc.property(smallMachine, tile, ({ macro }, share) => {
      const tiles = new MacroTiles(MAPPING_DATAFLOWS, macro);
      const { all, largest } = tiles.of(share.outputs, share.pixels, share.chunks);
      for (const one of all) {
        const covering = largest.find(
          (other) =>
            other.dataflow === one.dataflow &&
            other.tile.outputs >= one.tile.outputs &&
            other.tile.pixels >= one.tile.pixels &&
            other.tile.chunks >= one.tile.chunks,
        );
        expect(covering?.id).toBeLessThanOrEqual(one.id);
      }
    }),
  );
});

test('zhu2020: 16 weight rows, 4 activation rows, 16 accumulators', () => {
  const macro = { weightRows: 16, activationRows: 4, accumulators: 16 };
  const shape = {
    ...macro,
    entries: 128,
    accumulatorBits: 24,
    weightDigitBits: 3,
    activationDigitBits: 2,
    slotsPerStep: 10,
    windowVectors: 9,
    windowOverheadCycles: 2,
  };
  const { largest } = new MacroTiles(MAPPING_DATAFLOWS, shape).of(64, 49, 5);
  // Largest Tm Kc <= 16 with Kc <= 5: 16 x 1, 8 x 2, 5 x 3, 4 x 4, 3 x 5.
  expect(
    largest
      .filter(({ tile }) => tile.dataflow === 'weight-output-stationary')
      .map(({ tile }) => [tile.outputs, tile.chunks]),
  ).toEqual([
    [16, 1],
    [8, 2],
    [5, 3],
    [4, 4],
    [3, 5],
  ]);
  // Largest Tm Tp <= 16 with Tp <= 4: 16 x 1, 8 x 2, 5 x 3, 4 x 4.
  expect(
    largest
      .filter(({ tile }) => tile.dataflow === 'output-stationary')
      .map(({ tile }) => [tile.outputs, tile.pixels]),
  ).toEqual([
    [16, 1],
    [8, 2],
    [5, 3],
    [4, 4],
  ]);
});
