import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConvNode, Network, NetworkNode } from '../network/network.ts';
import { inferTypes } from '../network/verify.ts';
import { valueRange } from '../network/integers.ts';
import { listMacLayers } from '../network/mac-layer.ts';
import { arbitraryNetworkCase } from '../testing/index.ts';
import { accuracy, argmax } from './accuracy.ts';
import { createReferenceExecutor } from './reference.ts';

const conv: ConvNode = {
  kind: 'conv',
  id: 'conv',
  input: 'input',
  kernel: [2, 2],
  stride: [1, 1],
  padding: [1, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
  outChannels: 1,
  weights: { format: { system: 'sign-magnitude', bits: 3 }, codes: Int8Array.of(1, -2, 3, 0) },
  bias: Int32Array.of(10),
};

function network(shape: readonly number[], nodes: readonly NetworkNode[]): Network {
  return { kind: 'network', name: 'hand', input: { shape, bits: 4 }, nodes, output: nodes.at(-1)!.id };
}

function values(net: Network, images: number[], count = 1): Record<string, number[]> {
  const seen: Record<string, number[]> = {};
  createReferenceExecutor(net).run(Uint8Array.from(images), count, {
    observe: (id, data) => (seen[id] = [...(seen[id] ?? []), ...data]),
  });
  return seen;
}

describe('reference executor, by hand', () => {
  it('conv with padding on one side, bias, flatten', () => {
    // Padded image, rows: [0 0 0] [1 2 3] [4 5 6]; kernel [1 -2 / 3 0].
    // (0,0): 0 + 0 + 3*1 + 10 = 13; (0,1): 3*2 + 10 = 16; (1,0): 1 - 4 + 12 + 10 = 19; (1,1): 2 - 6 + 15 + 10 = 21.
    const seen = values(
      network([1, 2, 3], [conv, { kind: 'flatten', id: 'out', input: 'conv' }]),
      [1, 2, 3, 4, 5, 6],
    );
    expect(seen).toEqual({ conv: [13, 16, 19, 21], out: [13, 16, 19, 21] });
  });

  it('grouped, strided, dilated conv', () => {
    // Depthwise, kernel 1x2 [1 -1] dilated by 2, stride 2: outputs x[0]-x[2], x[2]-x[4] per channel; channel 1 weights [2 3].
    const node: ConvNode = {
      ...conv,
      kernel: [1, 2],
      stride: [1, 2],
      padding: [0, 0, 0, 0],
      dilation: [1, 2],
      groups: 2,
      outChannels: 2,
      weights: { ...conv.weights, codes: Int8Array.of(1, -1, 2, 3) },
      bias: null,
    };
    const seen = values(
      network([2, 1, 5], [node, { kind: 'flatten', id: 'out', input: 'conv' }]),
      [9, 0, 4, 0, 1, 1, 1, 2, 1, 3],
    );
    // channel 0: 9-4 = 5, 4-1 = 3; channel 1: 2*1+3*2 = 8, 2*2+3*3 = 13.
    expect(seen['conv']).toEqual([5, 3, 8, 13]);
  });

  it('thresholds of both directions, equality included', () => {
    const nodes: NetworkNode[] = [
      {
        kind: 'threshold',
        id: 't',
        input: 'input',
        bits: 2,
        thresholds: Int32Array.of(2, 4, 4, 5, 3, 0),
        direction: Int8Array.of(1, -1),
      },
      {
        kind: 'affine',
        id: 'a',
        input: 't',
        multiplier: Int32Array.of(3),
        offset: Float64Array.of(-4),
        shift: 1,
        errorBoundLsb: 0,
      },
      { kind: 'flatten', id: 'out', input: 'a' },
    ];
    // channel 0 rises at 2, 4, 4: 1 -> 0, 2 -> 1, 4 -> 3; channel 1 falls at 5, 3, 0: 6 -> 0, 5 -> 1, 0 -> 3.
    const seen = values(network([2, 1, 3], nodes), [1, 2, 4, 6, 5, 0]);
    expect(seen['t']).toEqual([0, 1, 3, 0, 1, 3]);
    // floor((3 x - 4) / 2): x = 0 -> -2, 1 -> -1 (floor of -0.5), 3 -> 2 (floor of 2.5).
    expect(seen['a']).toEqual([-2, -1, 2, -2, -1, 2]);
  });

  it('pools, add, relu, global sum, fully connected', () => {
    const window = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 1, 1] } as const;
    const nodes: NetworkNode[] = [
      { kind: 'max-pool', id: 'max', input: 'input', ...window },
      {
        kind: 'affine',
        id: 'shift',
        input: 'max',
        multiplier: Int32Array.of(1),
        offset: Float64Array.of(-6),
        shift: 0,
        errorBoundLsb: 0,
      },
      { kind: 'average-pool', id: 'average', input: 'input', ...window },
      { kind: 'add', id: 'sum', inputs: ['shift', 'average'] },
      { kind: 'relu', id: 'relu', input: 'shift' },
      { kind: 'add', id: 'sum2', inputs: ['sum', 'relu'] },
      { kind: 'global-average-pool', id: 'global', input: 'sum2' },
      {
        kind: 'threshold',
        id: 'code',
        input: 'global',
        bits: 1,
        thresholds: Int32Array.of(10),
        direction: Int8Array.of(1),
      },
      { kind: 'flatten', id: 'flat', input: 'code' },
      {
        kind: 'fully-connected',
        id: 'fc',
        input: 'flat',
        outFeatures: 2,
        weights: { format: { system: 'twos-complement', bits: 2 }, codes: Int8Array.of(-2, 1) },
        bias: Int32Array.of(5, 0),
      },
    ];
    // Image [1 2 3 / 4 5 6 / 7 8 9]: maxima [5 6 / 8 9], minus 6 [-1 0 / 2 3], window sums [12 9 / 15 9].
    const seen = values(network([1, 3, 3], nodes), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen).toMatchObject({
      max: [5, 6, 8, 9],
      shift: [-1, 0, 2, 3],
      average: [12, 9, 15, 9],
      sum: [11, 9, 17, 12],
      relu: [0, 0, 2, 3],
      global: [11 + 9 + 19 + 15],
      code: [1],
      fc: [3, 1],
    });
  });

  it('counts levels by digit', () => {
    const fc: NetworkNode = {
      kind: 'fully-connected',
      id: 'fc',
      input: 'input',
      outFeatures: 1,
      weights: { ...conv.weights, codes: Int8Array.of(1, 1) },
      bias: null,
    };
    const { histograms } = createReferenceExecutor(network([2], [fc])).run(Uint8Array.of(5, 0, 13, 0), 2, {
      histogramDigitBits: new Map([['fc', 3]]),
    });
    const histogram = histograms.get('fc')!;
    expect(histogram).toMatchObject({ images: 2, digitBits: 3, digits: 2, positions: 2 });
    // Position 0: 5 = 5 + 8*0 and 13 = 5 + 8*1: digit 0 level 5 twice, digit 1 levels 0 and 1 once. Position 1: zeros.
    const expected = new Float64Array(32);
    expected[5] = 2;
    expected[8 + 0] = 1;
    expected[8 + 1] = 1;
    expected[16] = 2;
    expected[24] = 2;
    expect(histogram.counts).toEqual(expected);
  });
});

describe('reference executor, errors', () => {
  const net = network([1, 2, 3], [conv, { kind: 'flatten', id: 'out', input: 'conv' }]);
  const run = (images: Uint8Array, count: number, layer?: [string, number]) => () =>
    createReferenceExecutor(net).run(
      images,
      count,
      layer === undefined ? {} : { histogramDigitBits: new Map([layer]) },
    );

  it('names what is wrong', () => {
    expect(run(new Uint8Array(7), 1)).toThrow(
      'images: have 7 elements, must have 6 (1 images of [1, 2, 3]) [image-shape-mismatch] — give whole images of the network input shape, and their number',
    );
    expect(run(Uint8Array.of(0, 0, 16, 0, 0, 0), 1)).toThrow(
      'images[2]: is 16, must be below 16 (the network reads 4-bit codes) [image-code-out-of-range] — quantize the images to the input width of the network',
    );
    expect(run(new Uint8Array(6), 1, ['out', 2])).toThrow(
      'histogramDigitBits.out: names no conv or fully-connected node [unknown-layer] — name a layer of the network',
    );
    expect(run(new Uint8Array(6), 1, ['conv', 0])).toThrow(
      'histogramDigitBits.conv: is 0, must be an integer from 1 to 8 [value-out-of-range] — set it to an integer from 1 to 8',
    );
  });
});

describe('reference executor, properties', () => {
  it('stays within the proven bounds, and histograms count every code once per digit', () => {
    fc.assert(
      fc.property(arbitraryNetworkCase(), ({ network: net, images, count }) => {
        const types = inferTypes(net);
        const layers = listMacLayers(net);
        const { histograms } = createReferenceExecutor(net).run(images, count, {
          histogramDigitBits: new Map(layers.map((layer, i) => [layer.id, 1 + (i % 8)])),
          observe: (id, data) => {
            const { min, max } = valueRange(types.get(id)!);
            for (const value of data)
              if (value < min || value > max) throw new Error(`${id}: ${value} outside ${min} .. ${max}`);
          },
        });
        for (const layer of layers) {
          const { counts, positions, digits } = histograms.get(layer.id)!;
          expect(counts.reduce((sum, n) => sum + n, 0)).toBe(positions * digits * count);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('accuracy', () => {
  it('takes the first of equal maxima', () => {
    expect(argmax([3, 7, 7, 1])).toBe(1);
    // Images [1 2], [5 5], [0 -1]: classes 1, 0, 0; labels 1, 1, 0: 2 of 3.
    expect(accuracy(Int32Array.of(1, 2, 5, 5, 0, -1), [1, 1, 0])).toBe(2 / 3);
  });
});
