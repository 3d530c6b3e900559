import { describe, expect, it } from 'vitest';
import { initialModel, quantizedGraph, quantizedValues, resnet8, type Precision } from '../train/index.ts';
import { lower } from '../quantize/index.ts';
import { listMacLayers } from '../network/index.ts';
import { calibrated } from './calibrated.ts';
import { ValueHistogram } from './histogram.ts';

const { graph, weightShapes } = resnet8();
const parent = initialModel(graph, weightShapes, 1);
const W3A2: Precision = { weights: 3, activations: 2, codes: 'sign-magnitude' };

/** Values from 0 to 1, 2, 3, ...: evenly spread, or with a tail. */
function histograms(power = 1): Map<string, ValueHistogram> {
  return new Map(
    quantizedValues(quantizedGraph(graph, 'q', W3A2)).map((id, index) => {
      const histogram = new ValueHistogram();
      histogram.add(
        Float32Array.from({ length: 500 }, (_, i) => (index + 1) * (i / 500) ** power),
        id,
      );
      return [id, histogram];
    }),
  );
}

describe('calibrated', () => {
  const made = calibrated(parent, 'q', W3A2, histograms());

  it('gives every quantizer its step, per output channel for weights, and keeps the parent', () => {
    const { parameters } = made.model;
    expect(made.weights.map(({ layer }) => layer)).toEqual(
      graph.nodes.filter(({ kind }) => kind === 'conv' || kind === 'fully-connected').map(({ id }) => id),
    );
    expect(parameters.get('block2.conv1.step')?.shape).toEqual([32]);
    expect(made.activations.map(({ quantizer, bits }) => [quantizer, bits])).toContainEqual([
      'pool.quantize',
      8,
    ]);
    // Uniform over 0 .. 1 in levels 0, s, 2s, 3s: errors s^2 / 12 inside and clipping (1 - 3s)^3 / 3 beyond 3.5 s
    // balance at the midrise 1 / s = 3.5.
    expect(parameters.get('relu1.quantize.step')?.data[0]).toBeCloseTo(1 / 3.5, 2);
    for (const [name, tensor] of parent.parameters) expect(parameters.get(name)).toBe(tensor);
    for (const { error, signal } of made.weights) {
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(0.2 * signal);
    }
  });

  it('makes a model that lowers to integers of that precision', () => {
    const layers = listMacLayers(lower(made.model));
    expect(layers.map(({ weights, inputBits }) => [weights.format.bits, inputBits])).toEqual([
      [8, 8],
      ...Array.from({ length: 8 }, () => [3, 2]),
      [8, 8],
    ]);
  });

  it('takes one step per tensor and another exponent when asked', () => {
    const tailed = calibrated(parent, 'q', W3A2, histograms(3));
    const tensors = calibrated(parent, 'q', W3A2, histograms(3), {
      weights: { granularity: 'tensor', exponent: 2.4 },
      activationExponent: 2.4,
    });
    expect(tensors.model.parameters.get('block2.conv1.step')?.shape).toEqual([]);
    // A higher exponent clips less.
    expect(tensors.model.parameters.get('relu1.quantize.step')?.data[0]).toBeGreaterThan(
      tailed.model.parameters.get('relu1.quantize.step')?.data[0] ?? 1,
    );
  });

  it('refuses a quantized parent, and values that were not observed', () => {
    expect(() => calibrated(made.model, 'qq', W3A2, histograms())).toThrow(
      'model.q: has quantizers already [model-already-quantized] — start from a full-precision model',
    );
    const some = histograms();
    some.delete('block1.relu1');
    expect(() => calibrated(parent, 'q', W3A2, some)).toThrow(
      "model.q.block1.relu1.quantize: there is no histogram of the value 'block1.relu1' [calibration-value-missing]",
    );
  });
});
