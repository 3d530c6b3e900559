import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model, ModelNode } from '../model/model.ts';
import { interpretModel, lower } from '../quantize/index.ts';
import { randomFloatModel, seededRandom } from '../testing/index.ts';
import type { Precision } from '../train/index.ts';
import { calibrated } from './calibrated.ts';
import {
  equalizableValues,
  equalizedActivations,
  type EqualizedActivations,
} from './equalize-activations.ts';
import { ValueHistogram } from './histogram.ts';

const precision: Precision = { weights: 4, activations: 4, codes: 'sign-magnitude' };

function randomImages(model: Model, seed: number, count: number): Uint8Array[] {
  const random = seededRandom(seed);
  const length = model.graph.input.shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length }, () => random.integer(0, 2 ** model.graph.input.bits - 1)),
  );
}

/** Histograms of each channel of values over images, by the float64 interpreter. */
function channelHistograms(
  model: Model,
  images: readonly Uint8Array[],
  values: readonly string[],
): Map<string, ValueHistogram[]> {
  const found = new Map<string, ValueHistogram[]>();
  for (const image of images) {
    const { values: seen } = interpretModel(model, image);
    for (const id of values) {
      const { shape, data } = seen.get(id)!;
      const size = data.length / shape[0];
      const channels = found.get(id) ?? Array.from({ length: shape[0] }, () => new ValueHistogram(512));
      found.set(id, channels);
      channels.forEach((channel, c) =>
        channel.add(Float32Array.from(data.slice(c * size, (c + 1) * size)), id),
      );
    }
  }
  return found;
}

function equalizedOver(model: Model, images: readonly Uint8Array[]): EqualizedActivations {
  const { values } = equalizableValues(model, precision);
  const ids = values.map(({ value }) => value);
  return equalizedActivations(model, values, channelHistograms(model, images, ids));
}

const conv = (id: string, input: string, weight = `${id}.weight`): ModelNode => ({
  kind: 'conv',
  id,
  input,
  weight,
  bias: null,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
  weightQuantizer: null,
});
const relu = (id: string, input: string): ModelNode => ({ kind: 'relu', id, input });

/** Weights of 1 x 1 kernels, `[out][in]`. */
function modelOf(nodes: readonly ModelNode[], weights: Readonly<Record<string, number[][]>>): Model {
  return {
    graph: {
      kind: 'model-graph',
      name: 'small',
      input: { shape: [1, 1, 2], bits: 8, scale: 1 / 255 },
      nodes,
      output: nodes.at(-1)!.id,
    },
    parameters: new Map(
      Object.entries(weights).map(([name, rows]) => [
        name,
        { shape: [rows.length, rows[0].length, 1, 1], data: Float32Array.from(rows.flat()) },
      ]),
    ),
  };
}

/** A histogram in which `step` times every code 0 .. 15 lies: no other step has so little error. */
function codesOf(step: number): ValueHistogram {
  const histogram = new ValueHistogram();
  histogram.add(
    Float32Array.from({ length: 16 }, (_, code) => code * step),
    'test',
  );
  return histogram;
}

const plain = modelOf([conv('a', 'input'), relu('r', 'a'), conv('b', 'r'), relu('s', 'b'), conv('c', 's')], {
  'a.weight': [[1], [2], [1]],
  'b.weight': [[1, 1, 0]],
  'c.weight': [[1]],
});
const residual = modelOf(
  [
    conv('a', 'input'),
    relu('r', 'a'),
    conv('b', 'r'),
    { kind: 'add', id: 'sum', inputs: ['b', 'r'] },
    relu('s', 'sum'),
    conv('c', 's'),
    relu('t', 'c'),
    conv('d', 't'),
    { kind: 'flatten', id: 'out', input: 'd' },
  ],
  {
    'a.weight': [[4], [0.125]],
    'b.weight': [
      [0.5, 1],
      [0.25, -1],
    ],
    'c.weight': [
      [0.5, 1],
      [0.25, 1],
    ],
    'd.weight': [[1, 1]],
  },
);

describe('activation equalisation', () => {
  it('does not change what the network computes, folded and put in', () => {
    let folded = 0;
    let inserted = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const model = randomFloatModel(seed, { residual: true, leaky: seed % 2 === 0 });
        const images = randomImages(model, seed, 3);
        const made = equalizedOver(model, images);
        for (const value of made.values) {
          if (value.inserted) inserted++;
          else folded++;
        }
        const [image] = images;
        const before = interpretModel(model, image).values;
        const after = interpretModel(made.model, image).values;
        const wanted = before.get(model.graph.output)!.data;
        // Parameters are rounded to float32 anew: 2^-24 each, many in a row, measured against the largest value anywhere.
        const largest = Math.max(...[...before.values()].map(({ data }) => Math.max(...data.map(Math.abs))));
        after.get(made.model.graph.output)!.data.forEach((value, i) => {
          expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(1e-5 * largest);
        });
      }),
      { numRuns: 200 },
    );
    expect(folded).toBeGreaterThan(50);
    expect(inserted).toBeGreaterThan(50);
  });

  it('divides each channel by the root of its own step over the weights that read it', () => {
    // r = (1/4, 1), w = (1, 1): raw scales 1/2 and 1, around 1: sqrt(1/2), sqrt(2). The third is read by no weight.
    const { values } = equalizableValues(plain, precision);
    expect(values[0]).toEqual({
      value: 'r',
      layers: ['b'],
      levels: 16,
      maker: { id: 'a', rows: ['a.weight'] },
    });
    const histograms = new Map([['r', [codesOf(1 / 4), codesOf(1), codesOf(1)]]]);
    const made = equalizedActivations(plain, values.slice(0, 1), histograms);
    const [{ scales, inserted }] = made.values;
    expect(inserted).toBe(false);
    // Bins are no points: the step is found to some thousandths.
    expect(scales[0]).toBeCloseTo(Math.SQRT1_2, 2);
    expect(scales[1]).toBeCloseTo(Math.SQRT2, 2);
    expect(scales[2]).toBe(1);
    expect([...made.model.parameters.get('a.weight')!.data]).toEqual([
      Math.fround(1 / scales[0]),
      Math.fround(2 / scales[1]),
      1,
    ]);
    expect([...made.model.parameters.get('b.weight')!.data]).toEqual([scales[0], scales[1], 0]);
  });

  it('leaves dead channels alone, and rescales none by more than 8', () => {
    const dead = new ValueHistogram();
    dead.add(new Float32Array(4), 'test');
    const { values } = equalizableValues(plain, precision);
    const seen = [codesOf(1e-4), codesOf(1e4), dead];
    const [{ scales }] = equalizedActivations(plain, values.slice(0, 1), new Map([['r', seen]])).values;
    expect([...scales]).toEqual([1 / 8, 8, 1]);
    expect(equalizedActivations(plain, values.slice(0, 1), new Map([['r', [dead, dead, dead]]]))).toEqual({
      model: plain,
      values: [],
    });
  });

  it('measures all channels of a value with one zero point, theirs later', () => {
    // Two channels of the same values but for one that is slightly negative: the same scale but for the weights.
    const values = Float32Array.from({ length: 1001 }, (_, i) => i / 1000);
    const [plainly, slightly] = [new ValueHistogram(512), new ValueHistogram(512)];
    plainly.add(values, 'test');
    slightly.add(values, 'test');
    slightly.add(Float32Array.of(-0.001), 'test');
    const [value] = equalizableValues(plain, precision).values;
    const scalesOf = (seen: readonly ValueHistogram[]): Float32Array =>
      equalizedActivations(plain, [value], new Map([['r', seen]])).values[0].scales;
    const [signed, unsigned] = [
      scalesOf([plainly, slightly, plainly]),
      scalesOf([plainly, plainly, plainly]),
    ];
    signed.forEach((scale, c) => expect(scale / unsigned[c], `channel ${c}`).toBeCloseTo(1, 2));
  });

  it('puts a batch norm in front of what reads a residual path', () => {
    const images = randomImages(residual, 5, 20);
    const { values } = equalizableValues(residual, precision);
    expect(values.map(({ value, maker }) => [value, maker?.id ?? null])).toEqual([
      ['r', null],
      ['s', null],
      ['t', 'c'],
    ]);
    const { model, values: made } = equalizedOver(residual, images);
    expect(model.graph.nodes.map(({ id }) => id)).toEqual([
      ...['a', 'r', 'r.equalized', 'r.equalized.relu', 'b', 'sum'],
      ...['s', 's.equalized', 's.equalized.relu', 'c', 't', 'd', 'out'],
    ]);
    // A scale alone: training from it starts where the network is.
    const norm = model.graph.nodes.find(({ id }) => id === 'r.equalized');
    expect(norm).toMatchObject({ kind: 'batch-norm', input: 'r', epsilon: 0, frozen: true });
    const [{ scales }] = made;
    expect([...model.parameters.get('r.equalized.gamma')!.data]).toEqual(
      Array.from(scales, (scale) => Math.fround(1 / scale)),
    );
    expect([...model.parameters.get('r.equalized.beta')!.data]).toEqual([0, 0]);
    expect([...model.parameters.get('r.equalized.mean')!.data]).toEqual([0, 0]);
    expect([...model.parameters.get('r.equalized.variance')!.data]).toEqual([1, 1]);
  });

  it('brings quantized networks of uneven channels nearer to full precision, residual paths too', () => {
    const images = randomImages(residual, 7, 40);
    const quantized = (float: Model): Model => {
      const ids = float.graph.nodes.map(({ id }) => id);
      const histograms = new Map<string, ValueHistogram>(ids.map((id) => [id, new ValueHistogram()]));
      for (const image of images) {
        const { values } = interpretModel(float, image);
        for (const id of ids) histograms.get(id)!.add(Float32Array.from(values.get(id)!.data), id);
      }
      return calibrated(float, 'q', precision, histograms).model;
    };
    const errorOf = (model: Model): number => {
      let sum = 0;
      for (const image of images) {
        const wanted = interpretModel(residual, image).values.get('d')!.data;
        interpretModel(model, image)
          .values.get('d')!
          .data.forEach((value, i) => (sum += (value - wanted[i]) ** 2));
      }
      return sum;
    };
    const equal = quantized(equalizedOver(residual, images).model);
    expect(errorOf(equal)).toBeLessThan(0.5 * errorOf(quantized(residual)));
    // And it is a network of integers like any other: the scales end in thresholds per channel.
    const { nodes } = lower(equal);
    expect(nodes.filter(({ kind }) => kind === 'affine').length).toBe(
      lower(quantized(residual)).nodes.filter(({ kind }) => kind === 'affine').length,
    );
  });

  it('says what it leaves alone: clips, shared weights; the input and concatenations silently', () => {
    const clip: ModelNode = { kind: 'clip', id: 'r', input: 'a', min: 0, max: 6 };
    const clipped = {
      ...plain,
      graph: { ...plain.graph, nodes: [conv('a', 'input'), clip, conv('b', 'r')] },
    };
    expect(equalizableValues(clipped, precision)).toEqual({
      values: [],
      remarks: ["'r' is not equalised: the clip 'r' has one bound for all channels"],
    });
    const nodes = [conv('a', 'input'), relu('r', 'a'), conv('b', 'r', 'a.weight'), conv('c', 'b')];
    const { values, remarks } = equalizableValues({ ...plain, graph: { ...plain.graph, nodes } }, precision);
    expect(values.map(({ value }) => value)).toEqual([]);
    expect(remarks).toEqual(
      ['r', 'b'].map(
        (id) => `'${id}' is not equalised: other nodes share the parameters that would be rescaled`,
      ),
    );
    const flat: ModelNode = { kind: 'flatten', id: 'flat', input: 'r' };
    const pool: ModelNode = { kind: 'global-average-pool', id: 'pool', input: 'r' };
    const ends = [conv('a', 'input'), relu('r', 'a'), flat, pool];
    const classify = (id: string, input: string): ModelNode => ({
      ...{ kind: 'fully-connected', id, input, weight: `${id}.weight` },
      ...{ bias: null, weightQuantizer: null },
    });
    const both = [...ends, classify('c', 'flat'), classify('d', 'pool')];
    expect(
      equalizableValues({ ...plain, graph: { ...plain.graph, nodes: both } }, precision).remarks,
    ).toEqual([
      "'flat' is not equalised: a flatten makes it",
      "'pool' is not equalised: a global average pool makes it",
    ]);
    const mlp = [{ ...flat, input: 'input' }, classify('c', 'flat')];
    expect(equalizableValues({ ...plain, graph: { ...plain.graph, nodes: mlp } }, precision).remarks).toEqual(
      [],
    );
    const joined: ModelNode = { kind: 'concat', id: 'both', inputs: ['r', 'r'] };
    const concat = [conv('a', 'input'), relu('r', 'a'), joined, conv('b', 'both')];
    expect(equalizableValues({ ...plain, graph: { ...plain.graph, nodes: concat } }, precision)).toEqual({
      values: [],
      remarks: [],
    });
  });
});
