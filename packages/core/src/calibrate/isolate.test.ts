import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpretModel } from '../quantize/index.ts';
import { randomModel, seededRandom } from '../testing/index.ts';
import { layerIds } from './bits.ts';
import { isolated } from './isolate.ts';

describe('isolated', () => {
  it('quantizes one layer and what it reads, nothing else, and computes that layer as the whole model does', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const model = randomModel(seed, { residual: true });
        const random = seededRandom(seed);
        const { shape, bits } = model.graph.input;
        const image = Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
          random.integer(0, 2 ** bits - 1),
        );
        for (const layer of layerIds(model.graph)) {
          const alone = isolated(model, layer);
          const quantized = alone.graph.nodes.flatMap((node) =>
            'weightQuantizer' in node && node.weightQuantizer !== null ? [node.id] : [],
          );
          expect(quantized).toEqual([layer]);
          expect(alone.graph.nodes.filter(({ kind }) => kind === 'quantize').length).toBeLessThanOrEqual(1);
          const { values } = interpretModel(alone, image);
          expect(values.get(alone.graph.output)?.data.every(Number.isFinite)).toBe(true);
        }
        const [first] = layerIds(model.graph);
        const whole = interpretModel(model, image).values.get(first);
        expect(interpretModel(isolated(model, first), image).values.get(first)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is no layer', () => {
    const model = randomModel(1);
    expect(() => isolated(model, 'relu7')).toThrow(
      `model.${model.graph.name}.relu7: is no conv or fully connected layer [layer-unknown] — name a layer of the network`,
    );
  });
});
