import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/reference.ts';
import { randomImages, randomModel } from '../testing/index.ts';
import type { Model } from '../model/model.ts';
import { verify } from '../network/verify.ts';
import { interpretModel } from './interpret.ts';
import { explainLowering, type Lowering } from './lower.ts';

/** Distance of a ratio to the nearest rounding boundary k - 1/2. */
function toBoundary(ratio: number): number {
  return Math.abs(ratio - Math.floor(ratio) - 0.5);
}

/** Compares every value that the network has with the float64 model run on the network's own codes. */
function compareWithModel(
  model: Model,
  lowering: Lowering,
  seed: number,
): { codes: number; boundary: number } {
  const { network, places } = lowering;
  const image = randomImages(network, 1, seed);
  const seen = new Map<string, Uint8Array | Int32Array>([['input', image]]);
  createReferenceExecutor(network).run(image, 1, { observe: (id, data) => seen.set(id, data) });
  const quantizers = model.graph.nodes.filter((node) => node.kind === 'quantize');
  const forced = new Map(quantizers.map(({ id }) => [id, seen.get(places.get(id)!.id)!]));
  const { values, ratios } = interpretModel(model, image, forced);
  let codes = 0;
  let boundary = 0;
  const worst = Math.max(...[...places.values()].map((place) => place.errorBound));
  for (const { id, step, bits } of quantizers) {
    const slack = 1e-9 + (lowering.stream === null ? 0 : worst / model.parameters.get(step)!.data[0]);
    const made = forced.get(id)!;
    // A max-pool between batch norm and quantizer runs after the thresholds: the codes are those of the quantizer all the same.
    for (const [i, ratio] of ratios.get(id)!.entries()) {
      codes++;
      const clamped = Math.min(2 ** bits - 1, Math.max(0, ratio));
      if (Math.abs(clamped - made[i]) <= 0.5 && toBoundary(ratio) > slack) continue;
      boundary++;
      expect(Math.abs(clamped - made[i]), `${id}[${i}] ratio ${ratio} code ${made[i]}`).toBeLessThanOrEqual(
        0.5 + slack,
      );
    }
  }
  for (const [id, { id: valueId, scale, errorBound }] of places) {
    const real = values.get(id)!.data;
    for (const [i, integer] of seen.get(valueId)!.entries()) {
      const slack = errorBound * (1 + 1e-9) + 1e-9 * Math.max(1, Math.abs(real[i]));
      expect(Math.abs(integer * scale - real[i]), `${id}[${i}]`).toBeLessThanOrEqual(slack);
    }
  }
  return { codes, boundary };
}

describe('lower, on random models', () => {
  it('without residual paths: exactly the codes of the model', () => {
    let codes = 0;
    let boundary = 0;
    for (let seed = 0; seed < 300; seed++) {
      const model = randomModel(seed);
      const lowering = explainLowering(model);
      expect(verify(lowering.network)).toEqual([]);
      const compared = compareWithModel(model, lowering, seed);
      codes += compared.codes;
      if (lowering.stream === null) boundary += compared.boundary;
    }
    expect(codes).toBeGreaterThan(10_000);
    expect(boundary).toBe(0);
  });

  it('with residual paths: within the stated bounds', () => {
    let streams = 0;
    for (let seed = 1000; seed < 1300; seed++) {
      const model = randomModel(seed, { residual: true });
      const lowering = explainLowering(model);
      compareWithModel(model, lowering, seed);
      if (lowering.stream !== null) streams++;
    }
    expect(streams).toBeGreaterThan(100);
  });

  it('gives the same network twice', () => {
    expect(explainLowering(randomModel(7, { residual: true }))).toEqual(
      explainLowering(randomModel(7, { residual: true })),
    );
  });
});
