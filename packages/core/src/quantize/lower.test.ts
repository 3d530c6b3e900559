import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/reference.ts';
import { randomImages, randomModel } from '../testing/index.ts';
import type { Model } from '../model/model.ts';
import { inputsOf } from '../network/analyse.ts';
import type { Network } from '../network/network.ts';
import { verify } from '../network/verify.ts';
import { interpretModel } from './interpret.ts';
import { explainLowering, type Lowering } from './lower.ts';
import { roundHalfToEven } from './weights.ts';

/** Distance of a ratio to the nearest rounding boundary k - 1/2. */
function toBoundary(ratio: number): number {
  return Math.abs(ratio - Math.floor(ratio) - 0.5);
}

/** What one batch norm after another may multiply the error of a stream by. */
function largestGain(model: Model): number {
  let most = 1;
  for (const node of model.graph.nodes) {
    if (node.kind !== 'batch-norm') continue;
    const [gamma, variance] = [node.gamma, node.variance].map((name) => model.parameters.get(name)!.data);
    for (const [c, gain] of gamma.entries()) {
      most = Math.max(most, Math.abs(gain) / Math.sqrt(variance[c] + node.epsilon));
    }
  }
  return most ** 2;
}

/** Ids of values that no rounding of an affine node comes before: their codes are exactly the model's. */
function exactValues({ nodes }: Network): ReadonlySet<string> {
  const exact = new Set(['input']);
  for (const node of nodes) {
    if (node.kind !== 'affine' && inputsOf(node).every((id) => exact.has(id))) exact.add(node.id);
  }
  return exact;
}

/**
 * Compares every value that the network has with the float64 model run on the network's own codes.
 *
 * @returns how many codes had to be exactly the model's.
 */
function compareWithModel(model: Model, lowering: Lowering, seed: number): number {
  const { network, places } = lowering;
  const image = randomImages(network, 1, seed);
  const seen = new Map<string, Uint8Array | Int32Array>([['input', image]]);
  createReferenceExecutor(network).run(image, 1, { observe: (id, data) => seen.set(id, data) });
  const quantizers = model.graph.nodes.filter((node) => node.kind === 'quantize');
  const forced = new Map(quantizers.map(({ id }) => [id, seen.get(places.get(id)!.id)!]));
  const { values, ratios } = interpretModel(model, image, forced);
  const exact = exactValues(network);
  let exactCodes = 0;
  const worst = Math.max(...[...places.values()].map((place) => place.errorBound)) * largestGain(model);
  for (const { id, step, levels, zeroPoint } of quantizers) {
    const isExact = exact.has(places.get(id)!.id);
    const slack = isExact ? 1e-9 : 1e-9 + worst / model.parameters.get(step)!.data[0];
    // Real 0 exactly, of a ReLU or a pad, where it lies half-way between two codes: the even one.
    const codeOfZero = roundHalfToEven(zeroPoint);
    const made = forced.get(id)!;
    // A max-pool between batch norm and quantizer runs after the thresholds: the codes are those of the quantizer all the same.
    for (const [i, ratio] of ratios.get(id)!.entries()) {
      const clamped = Math.min(levels - 1, Math.max(0, ratio));
      if (isExact) exactCodes++;
      if (isExact && ratio === zeroPoint) {
        expect(made[i], `${id}[${i}] of real 0`).toBe(codeOfZero);
        continue;
      }
      if (Math.abs(clamped - made[i]) <= 0.5 && toBoundary(ratio) > slack) continue;
      expect(isExact, `${id}[${i}] ratio ${ratio} code ${made[i]}`).toBe(false);
      expect(Math.abs(clamped - made[i]), `${id}[${i}] ratio ${ratio} code ${made[i]}`).toBeLessThanOrEqual(
        0.5 + slack,
      );
    }
  }
  for (const [id, { id: valueId, scale, zeroPoint, errorBound }] of places) {
    const real = values.get(id)!.data;
    for (const [i, integer] of seen.get(valueId)!.entries()) {
      const slack = errorBound * (1 + 1e-9) + 1e-9 * Math.max(1, Math.abs(real[i]));
      expect(Math.abs((integer - zeroPoint) * scale - real[i]), `${id}[${i}]`).toBeLessThanOrEqual(slack);
    }
  }
  return exactCodes;
}

describe('lower, on random models', () => {
  it('without residual paths: exactly the codes of the model', () => {
    let codes = 0;
    for (let seed = 0; seed < 300; seed++) {
      const model = randomModel(seed);
      const lowering = explainLowering(model);
      expect(verify(lowering.network)).toEqual([]);
      codes += compareWithModel(model, lowering, seed);
    }
    expect(codes).toBeGreaterThan(20_000);
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

  it('with leaky ReLUs and upsamplings: exactly the codes of the model, or within the stated bounds behind residual paths', () => {
    const seen = { codes: 0, streams: 0, slopes: 0, upsampled: 0 };
    for (let seed = 2000; seed < 2300; seed++) {
      const model = randomModel(seed, { residual: seed % 2 === 0, leaky: true, upsamples: true });
      const lowering = explainLowering(model);
      expect(verify(lowering.network)).toEqual([]);
      const codes = compareWithModel(model, lowering, seed);
      if (model.graph.nodes.some(({ kind }) => kind === 'leaky-relu')) seen.codes += codes;
      if (lowering.stream !== null) seen.streams++;
      if (lowering.network.nodes.some(({ kind }) => kind === 'upsample')) seen.upsampled++;
      seen.slopes += lowering.network.nodes.filter(({ id }) => /^leaky\d+\.slope/.test(id)).length;
    }
    expect(seen.codes).toBeGreaterThan(20_000);
    expect(seen.streams).toBeGreaterThan(80);
    expect(seen.slopes).toBeGreaterThan(80);
    expect(seen.upsampled).toBeGreaterThan(40);
  });

  it('gives the same network twice', () => {
    expect(explainLowering(randomModel(7, { residual: true }))).toEqual(
      explainLowering(randomModel(7, { residual: true })),
    );
  });
});
