import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../../execute/index.ts';
import { inferTypes, type Network } from '../../network/index.ts';
import { CHIP_PRESETS, chipPreset } from '../../presets/index.ts';
import { arbitraryNetwork, randomImages, randomNetwork } from '../../testing/index.ts';
import { DATAFLOW_SCHEDULES } from '../schedule/index.ts';
import { simulateNetwork } from './simulate-network.ts';

const DATAFLOWS = DATAFLOW_SCHEDULES.map(({ name }) => name);

/** Values of every node by the integer executor. */
function executed(network: Network, image: Uint8Array): ReadonlyMap<string, Uint8Array | Int32Array> {
  const values = new Map<string, Uint8Array | Int32Array>();
  createReferenceExecutor(network).run(image, 1, { observe: (id, data) => values.set(id, data.slice()) });
  return values;
}

describe.each(CHIP_PRESETS)('simulateNetwork on %s', (name) => {
  const chip = chipPreset(name);

  it('computes what the integer executor computes, node by node', () => {
    let fused = 0;
    let compared = 0;
    fc.assert(
      fc.property(
        arbitraryNetwork({ maxSize: 7 }),
        fc.constantFrom(...DATAFLOWS),
        fc.integer(),
        (network, dataflow, seed) => {
          const image = randomImages(network, 1, seed);
          const { values, output, layers } = simulateNetwork(network, chip, image, { dataflow });
          const expected = executed(network, image);
          for (const [id, data] of expected) {
            const behind = layers.find(({ schedule }) => schedule.layer.id === id)?.schedule.thresholds;
            if (behind !== undefined && behind !== null) {
              // Its sums never leave the macro; the codes are compared at the threshold node.
              expect(values.has(id)).toBe(false);
              expect(values.has(behind.id)).toBe(true);
              fused++;
              continue;
            }
            expect(values.get(id)?.data, id).toEqual(data);
            compared++;
          }
          expect(output).toEqual(expected.get(network.output));
        },
      ),
      { numRuns: 40, seed: 4 },
    );
    expect(fused).toBeGreaterThan(10);
    expect(compared).toBeGreaterThan(200);
  });

  it('gives the same by every engine, layer after layer', () => {
    for (const seed of [3, 8, 21]) {
      const network = randomNetwork(seed, { maxSize: 5, maxChannels: 5 });
      const image = randomImages(network, 1, seed);
      const seen: string[] = [];
      const fast = simulateNetwork(network, chip, image, {
        onLayer: ({ schedule }) => seen.push(schedule.layer.id),
      });
      const clock = simulateNetwork(network, chip, image, { engine: 'clock' });
      expect(clock.values).toEqual(fast.values);
      expect(clock.cycles).toBe(fast.cycles);
      expect(clock.layers.map(({ activity }) => activity)).toEqual(
        fast.layers.map(({ activity }) => activity),
      );
      expect(seen).toEqual(fast.layers.map(({ schedule }) => schedule.layer.id));
      expect(fast.layers.every(({ schedule }) => schedule.dataflow === chip.dataflow.name)).toBe(true);
    }
  });
});

describe('what is refused', () => {
  const network = randomNetwork(3);
  const chip = chipPreset('zhu2020');
  const size = randomImages(network, 1, 1).length;

  it('images of another size, codes of another width', () => {
    expect(() => simulateNetwork(network, chip, new Uint8Array(size + 1))).toThrow(
      `image: has ${size + 1} elements, must have ${size} [image-shape-mismatch] — give one image of the network input shape`,
    );
    const narrow = randomNetwork([...Array(50).keys()].find((seed) => randomNetwork(seed).input.bits === 4)!);
    const image = randomImages(narrow, 1, 1);
    image[0] = 16;
    expect(() => simulateNetwork(narrow, chip, image)).toThrow(
      'image[0]: is 16, must be below 16 (the network reads 4-bit codes) [image-code-out-of-range] — quantize the image to the input width of the network',
    );
  });

  it('layers that the chip cannot hold', () => {
    const { limits } = chip;
    const small = { ...chip, limits: { ...limits, maxDigits: { ...limits.maxDigits, value: 1 } } };
    const wide = [...Array(50).keys()]
      .map((seed) => randomNetwork(seed))
      .find((one) => inferTypes(one).size > 3 && one.input.bits === 8)!;
    expect(() => simulateNetwork(wide, small, randomImages(wide, 1, 1))).toThrow('[too-many-digits]');
  });
});
