import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bufferFills } from '../counts/count.ts';
import { problemTotals } from '../counts/problem-totals.ts';
import { tileTables } from '../counts/tile-tables.ts';
import type { MappingPrices } from '../cost/prices.ts';
import { LayerModel } from './layer-model.ts';
import { LeastFills } from './least-fills.ts';
import { loopMask, orderFills, ordersOf, wholeOrder } from './order-fills.ts';
import { smallMachine, smallProblem } from './random-case.test-support.ts';
import { layerSpace } from './space.ts';

/** Every fill costs something of its own, so that a bound on one cannot hide behind another. */
const PRICES: MappingPrices = {
  memory: { readPj: 1, writePj: 1 },
  buffers: [1, 2, 3].map((price) => ({ readPj: price, writePj: price })),
  deliveredPj: 0,
  loadedPj: 0,
  stepPj: 0,
  windowPj: 0,
  layerPj: 0,
  leakagePjPerCycle: 0,
};

const tileOfSpace = fc
  .tuple(smallProblem, smallMachine)
  .map(([problem, machine]) => layerSpace(problem, machine))
  .chain((space) =>
    fc.tuple(
      fc.constant(space),
      fc.record({
        outputs: fc.nat(space.sizes.outputs.length - 1),
        rows: fc.nat(space.sizes.rows.length - 1),
        columns: fc.nat(space.sizes.columns.length - 1),
        channels: fc.nat(space.sizes.channels.length - 1),
      }),
    ),
  );

test('fills of every order are those of the closed form; those left out are no better; the bounds are below all', () => {
  fc.assert(
    fc.property(tileOfSpace, ([space, at]) => {
      const { problem, sizes } = space;
      const model = new LayerModel(space, PRICES);
      const totals = problemTotals(problem);
      const tables = tileTables(problem, {
        outputs: sizes.outputs[at.outputs],
        rows: sizes.rows[at.rows],
        columns: sizes.columns[at.columns],
        channels: sizes.channels[at.channels],
      });
      const loops = model.loops(at.outputs, at.rows, at.columns, at.channels);
      const kept = orderFills(loops);
      const least = new LeastFills(model);
      const ofTile = least.ofTile(at.outputs, at.rows, at.columns, at.channels);
      const ofPair = least.ofPair(at.outputs, at.channels);
      // The bound of a pair speaks of tiles that fit.
      const fits = model.fits(at.outputs, at.rows, at.columns, at.channels, model.sumBitsWithout);
      for (const order of ordersOf(loopMask(loops))) {
        const fills = bufferFills(problem, totals, tables, wholeOrder(order));
        const own = kept.find((one) => one.order === order);
        if (own !== undefined) {
          expect({
            weights: own.weightTimes * totals.weights,
            activations: own.activations,
            sums: (own.resultVisits - 1) * totals.results,
          }).toEqual(fills);
        }
        expect(
          kept.some(
            (one) =>
              one.weightTimes * totals.weights <= fills.weights &&
              one.activations <= fills.activations &&
              (one.resultVisits - 1) * totals.results <= fills.sums,
          ),
        ).toBe(true);
        const { weightFills, activationFills, sumFills } = model.slopes;
        const energyPj =
          fills.weights * weightFills.energyPj +
          fills.activations * activationFills.energyPj +
          fills.sums * sumFills.energyPj;
        const memoryBits =
          fills.weights * weightFills.memoryBits +
          fills.activations * activationFills.memoryBits +
          fills.sums * sumFills.memoryBits;
        expect(ofTile.energyPj).toBeLessThanOrEqual(energyPj);
        expect(ofTile.memoryBits).toBeLessThanOrEqual(memoryBits);
        if (fits) {
          expect(ofPair.energyPj).toBeLessThanOrEqual(energyPj);
          expect(ofPair.memoryBits).toBeLessThanOrEqual(memoryBits);
        }
      }
    }),
    { numRuns: 400, seed: 11 },
  );
});
