import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countAccesses } from '../counts/count.ts';
import { mappingCost } from '../cost/evaluate.ts';
import { checkMapping } from '../legality.ts';
import { pricesFor, smallMachine, smallProblem } from './random-case.test-support.ts';
import { sampleLayer } from './sample-layer.ts';
import { layerSpace, mappingsOf } from './space.ts';

const cases = fc
  .tuple(smallProblem, smallMachine)
  .chain(([problem, machine]) => fc.tuple(fc.constant(problem), fc.constant(machine), pricesFor(machine)));

test('every legal mapping has one number, and numbers go through the whole space', () => {
  fc.assert(
    fc.property(cases, ([problem, machine, prices]) => {
      const space = layerSpace(problem, machine);
      const legal: string[] = [];
      for (const mapping of mappingsOf(space)) {
        if (legal.length > 1_000) return;
        if (checkMapping(problem, machine, mapping).length === 0) legal.push(JSON.stringify(mapping));
      }
      // The middle of each number's interval, then nothing: floor((k + 0.5) / legal x legal) = k.
      let asked = 0;
      const everyNumber = (): number =>
        asked++ % 2 === 0 ? ((asked - 1) / 2 + 0.5) / Math.max(1, legal.length) : 0;
      const sample = sampleLayer(space, prices, legal.length, everyNumber);
      expect(sample.legal).toBe(legal.length);
      expect(sample.drawn.map(({ mapping }) => JSON.stringify(mapping)).sort()).toEqual(legal.sort());
      for (const { mapping, cost } of sample.drawn.slice(0, 20)) {
        expect(cost).toEqual(mappingCost(countAccesses(problem, machine, mapping), machine, prices));
      }
    }),
    { numRuns: 40 },
  );
});

test('nothing is drawn from an empty space', () => {
  const [problem] = fc.sample(smallProblem, { seed: 1, numRuns: 1 });
  const [machine] = fc.sample(smallMachine, { seed: 1, numRuns: 1 });
  const tiny = {
    ...machine,
    buffers: [
      {
        name: 'one bit',
        operands: ['weights', 'activations', 'partialSums'] as const,
        capacityBits: 1,
        bitsPerCycle: 1,
        doubleBuffered: false,
      },
    ],
    bufferOf: { weights: 0, activations: 0, partialSums: 0 },
  };
  const prices = fc.sample(pricesFor(tiny), { seed: 1, numRuns: 1 })[0];
  const sample = sampleLayer(layerSpace(problem, tiny), prices, 10, () => 0.5);
  expect(sample).toEqual({ legal: 0, drawn: [] });
});
