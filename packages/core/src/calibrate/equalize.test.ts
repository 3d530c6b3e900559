import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model, ModelNode } from '../model/model.ts';
import { interpretModel } from '../quantize/index.ts';
import { randomFloatModel, seededRandom } from '../testing/index.ts';
import { equalized } from './equalize.ts';

function randomImage(model: Model, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const length = model.graph.input.shape.reduce((a, b) => a * b, 1);
  return Uint8Array.from({ length }, () => random.integer(0, 2 ** model.graph.input.bits - 1));
}

const conv = (id: string, input: string, groups = 1): ModelNode => ({
  kind: 'conv',
  id,
  input,
  weight: `${id}.weight`,
  bias: null,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups,
  weightQuantizer: null,
});

/** conv1 (2 channels), a node between, conv2 (1 channel): 1 x 1 kernels on 1 x 2 x 2 images. */
function chain(between: readonly ModelNode[], first: readonly number[], second: readonly number[]): Model {
  return {
    graph: {
      kind: 'model-graph',
      name: 'chain',
      input: { shape: [1, 2, 2], bits: 8, scale: 1 / 255 },
      nodes: [conv('conv1', 'input'), ...between, conv('conv2', between.at(-1)?.id ?? 'conv1')],
      output: 'conv2',
    },
    parameters: new Map([
      ['conv1.weight', { shape: [2, 1, 1, 1], data: Float32Array.from(first) }],
      ['conv2.weight', { shape: [1, 2, 1, 1], data: Float32Array.from(second) }],
    ]),
  };
}

const relu: ModelNode = { kind: 'relu', id: 'relu', input: 'conv1' };

describe('cross-layer equalisation', () => {
  it('does not change what the network computes', () => {
    let pairs = 0;
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, residual) => {
        const model = randomFloatModel(seed, { residual, leaky: seed % 2 === 0, upsamples: seed % 3 === 0 });
        const made = equalized(model);
        pairs += made.pairs.length;
        const image = randomImage(model, seed);
        const before = interpretModel(model, image).values;
        const after = interpretModel(made.model, image).values;
        const wanted = before.get(model.graph.output)!.data;
        // Parameters are rounded to float32 anew: 2^-24 each, many in a row, measured against the largest value anywhere.
        const largest = Math.max(...[...before.values()].map(({ data }) => Math.max(...data.map(Math.abs))));
        after.get(model.graph.output)!.data.forEach((value, i) => {
          expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(1e-5 * largest);
        });
      }),
      { numRuns: 200 },
    );
    expect(pairs).toBeGreaterThan(50);
  });

  it('makes the ranges of both sides proportional', () => {
    // r1 = (8, 0.5), r2 = (1, 4): raw s = sqrt(8), sqrt(0.125), middle 1, so both sides are sqrt(8), sqrt(2).
    const { model, pairs, remarks } = equalized(chain([relu], [-8, 0.5], [1, -4]));
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([['conv1', 'conv2']]);
    expect(pairs[0].scales[0]).toBeCloseTo(Math.sqrt(8), 6);
    expect(pairs[0].scales[1]).toBeCloseTo(Math.sqrt(1 / 8), 6);
    const [a, b] = model.parameters.get('conv1.weight')!.data;
    const [c, d] = model.parameters.get('conv2.weight')!.data;
    expect([a, b]).toEqual([Math.fround(-8 / pairs[0].scales[0]), Math.fround(0.5 / pairs[0].scales[1])]);
    expect(-a / c).toBeCloseTo(1, 6);
    expect(b / -d).toBeCloseTo(1, 6);
    expect(remarks).toEqual([]);
  });

  it('reaches through a leaky ReLU', () => {
    const leaky: ModelNode = { kind: 'leaky-relu', id: 'leaky', input: 'conv1', alpha: 0.1 };
    const { pairs } = equalized(chain([leaky], [-8, 0.5], [1, -4]));
    expect([...pairs[0].scales]).toEqual([Math.fround(Math.sqrt(8)), Math.fround(Math.sqrt(1 / 8))]);
  });

  it('leaves channels that are dead on either side as they are', () => {
    const { model, pairs } = equalized(chain([relu], [0, 2], [1, 2]));
    expect([...pairs[0].scales]).toEqual([1, 1]);
    expect([...model.parameters.get('conv2.weight')!.data]).toEqual([1, 2]);
  });

  it('stops at clips, with a remark, and at values that others read', () => {
    const clip: ModelNode = { kind: 'clip', id: 'relu6', input: 'conv1', min: 0, max: 6 };
    const { pairs, remarks } = equalized(chain([clip], [8, 1], [1, 1]));
    expect(pairs).toEqual([]);
    expect(remarks).toEqual([
      "'conv1' is not equalised with what follows: the clip 'relu6' has one bound for all channels",
    ]);
    const sum: ModelNode = { kind: 'add', id: 'sum', inputs: ['relu', 'conv1'] };
    expect(equalized(chain([relu, sum], [8, 1], [1, 1])).pairs).toEqual([]);
  });

  it('reaches through groups and flattened images', () => {
    const model = chain([relu], [8, 0.5], [1, -4]);
    const depthwise: Model = {
      graph: { ...model.graph, nodes: [conv('conv1', 'input'), relu, conv('conv2', 'relu', 2)] },
      parameters: new Map(model.parameters).set('conv2.weight', {
        shape: [2, 1, 1, 1],
        data: Float32Array.of(1, -4),
      }),
    };
    const { pairs } = equalized(depthwise);
    expect(pairs[0].scales[0]).toBeCloseTo(Math.sqrt(8), 6);
    const image = Uint8Array.of(1, 20, 255, 3);
    const [wanted, found] = [depthwise, equalized(depthwise).model].map(
      (each) => interpretModel(each, image).values.get('conv2')!.data,
    );
    found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));
  });
});
