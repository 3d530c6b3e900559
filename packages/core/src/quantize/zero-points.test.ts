import { describe, expect, it } from 'vitest';
import type { FloatTensor, Model, ModelNode } from '../model/model.ts';
import { explainLowering, lower } from './lower.ts';

const tensor = (shape: number[], ...data: number[]): FloatTensor => ({
  shape,
  data: Float32Array.from(data),
});

/** -1, 0, 1 in codes 0, 1, 2 of two bits. */
const quantize: ModelNode & { kind: 'quantize' } = {
  kind: 'quantize',
  id: 'q',
  input: 'input',
  step: 'sa',
  bits: 2,
  zeroPoint: 1,
  levels: 3,
};
const conv: ModelNode & { kind: 'conv' } = {
  kind: 'conv',
  id: 'conv',
  input: 'q',
  weight: 'w',
  bias: 'b',
  kernel: [1, 2],
  stride: [1, 1],
  padding: [0, 1, 0, 0],
  dilation: [1, 1],
  groups: 1,
  weightQuantizer: { step: 'sw', format: { system: 'sign-magnitude', bits: 3 } },
};
const after: ModelNode & { kind: 'quantize' } = {
  ...quantize,
  id: 'q2',
  input: 'conv',
  zeroPoint: 0,
  levels: 4,
};
const flatten: ModelNode = { kind: 'flatten', id: 'flat', input: 'q2' };
const fc: ModelNode = {
  kind: 'fully-connected',
  id: 'fc',
  input: 'flat',
  weight: 'wf',
  bias: null,
  weightQuantizer: { step: 'sw', format: { system: 'sign-magnitude', bits: 3 } },
};

const PARAMETERS: Readonly<Record<string, FloatTensor>> = {
  sa: tensor([], 1),
  sw: tensor([], 0.5),
  w: tensor([1, 1, 1, 2], 1, 0.5),
  b: tensor([1], 0.25),
  wf: tensor([1, 2], 0.5, -1),
  one: tensor([1], 1),
  zero: tensor([1], 0),
};

function model(nodes: readonly ModelNode[], bits = 2): Model {
  return {
    graph: {
      kind: 'model-graph',
      name: 'm',
      input: { shape: [1, 1, 2], bits, scale: 1 },
      nodes,
      output: nodes.at(-1)!.id,
    },
    parameters: new Map(Object.entries(PARAMETERS)),
  };
}

const nodes: readonly ModelNode[] = [quantize, conv, after, flatten, fc];

describe('lowering of zero points, by hand', () => {
  it('corrects accumulators in the thresholds and pads with the code of 0', () => {
    const { network, places } = explainLowering(model(nodes));
    const [codes, pad, layer, threshold] = network.nodes;
    // Codes x + 1 of pixels 0 .. 3: code 1 from -1/2 (tie to even 0 counts), that is always; code 2 from 1/2 (tie at no
    // integer), so 1; code 3 is not in use: one above the largest pixel.
    expect(codes).toMatchObject({ kind: 'threshold', id: 'q', thresholds: Int32Array.of(0, 1, 4) });
    expect(pad).toMatchObject({
      kind: 'pad',
      id: 'conv.pad',
      input: 'q',
      before: [0, 0, 1],
      after: [0, 0, 0],
      values: Int32Array.of(1),
    });
    // Weights 2 and 1: sum w (u - 1) = acc - 3, so y = (acc - 3) / 2 + 1/4 = acc / 2 - 5/4.
    expect(layer).toMatchObject({
      kind: 'conv',
      input: 'conv.pad',
      padding: [0, 0, 0, 0],
      weights: { codes: Int8Array.of(2, 1) },
    });
    // y >= 1/2: acc >= 7/2: 4; y >= 3/2: acc >= 11/2: 6; y >= 5/2: acc >= 15/2: 8.
    expect(threshold).toMatchObject({ kind: 'threshold', id: 'q2', thresholds: Int32Array.of(4, 6, 8) });
    expect(places.get('q')).toEqual({ id: 'q', scale: 1, zeroPoint: 1, errorBound: 0 });
    expect(places.get('q2')).toEqual({ id: 'q2', scale: 1, zeroPoint: 0, errorBound: 0 });
  });

  it('an output layer takes a whole correction into its bias, exactly', () => {
    const signed = { ...after, zeroPoint: 2, levels: 4 };
    const { network, places } = explainLowering(model([quantize, conv, signed, flatten, fc]));
    // Weights 1 and -2 on codes of zero point 2: the correction is -2 * (1 - 2) = 2 units of 1/2.
    expect(network.nodes.at(-1)).toMatchObject({ id: 'fc', bias: Int32Array.of(2) });
    expect(places.get('fc')).toEqual({ id: 'fc', scale: 0.5, zeroPoint: 0, errorBound: 0 });
  });

  it('layers that read the same codes share the pad', () => {
    const twin: ModelNode = { ...conv, id: 'twin' };
    const joined: ModelNode = { kind: 'concat', id: 'joined', inputs: ['conv', 'twin'] };
    const network = lower(
      model([
        quantize,
        conv,
        twin,
        joined,
        { ...after, input: 'joined' },
        { kind: 'slice', id: 'cut', input: 'q2', start: [0, 0, 0], size: [1, 1, 2], step: [1, 1, 1] },
        { ...flatten, input: 'cut' },
        fc,
      ]),
    );
    expect(network.nodes.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'threshold q',
      'pad conv.pad',
      'conv conv',
      'conv twin',
      'threshold q2.1',
      'threshold q2.2',
      'concat q2',
      'slice cut',
      'flatten flat',
      'fully-connected fc',
    ]);
  });

  it('a ReLU bounds the codes from below at the zero point, a clip at its own codes', () => {
    const signed = { ...after, zeroPoint: 1, levels: 4 };
    const relu: ModelNode = { kind: 'relu', id: 'relu', input: 'conv' };
    const thresholds = (bound: ModelNode): unknown =>
      lower(model([quantize, conv, bound, { ...signed, input: bound.id }, flatten, fc])).nodes[3];
    // Accumulators of codes 0 .. 3 with weights 2 and 1 are 0 .. 9: code 1 always, code 2 from y = 1/2 on (acc 4), 3 from 6 on.
    expect(thresholds(relu)).toMatchObject({ id: 'q2', thresholds: Int32Array.of(0, 4, 6) });
    // min(y, 1): code 2 at most, so code 3 is never reached; from -0.6 on, which is code round(-0.6) + 1 = 0.
    expect(thresholds({ kind: 'clip', id: 'clip', input: 'conv', min: -0.6, max: 1 })).toMatchObject({
      // Code 1: y >= -1/2, acc >= 3/2: 2.
      thresholds: Int32Array.of(2, 4, 10),
    });
  });

  it('codes pass a ReLU or a whole clip as codes', () => {
    const wide = { ...quantize, levels: 4 };
    const relu: ModelNode = { kind: 'relu', id: 'relu', input: 'q' };
    const { network, places } = explainLowering(
      model([wide, relu, { ...conv, input: 'relu' }, after, flatten, fc]),
    );
    // max(u, 1): thresholds at 0 (always), 2, 3.
    expect(network.nodes[1]).toMatchObject({
      kind: 'threshold',
      id: 'relu',
      input: 'q',
      thresholds: Int32Array.of(0, 2, 3),
    });
    expect(places.get('relu')).toEqual({ id: 'relu', scale: 1, zeroPoint: 1, errorBound: 0 });
    // A bound between two codes has no code of its own.
    const between: ModelNode = { kind: 'clip', id: 'relu', input: 'q', min: null, max: 0.5 };
    expect(() => lower(model([wide, between, { ...conv, input: 'relu' }, after, flatten, fc]))).toThrow(
      "model.nodes.2(conv).input: 'relu' is not quantized",
    );
  });

  it('average pools carry the zero point along, their padding is made of its code', () => {
    const pool: ModelNode = {
      kind: 'average-pool',
      id: 'pool',
      input: 'q',
      kernel: [1, 2],
      stride: [1, 1],
      padding: [0, 1, 0, 0],
    };
    const half: ModelNode = { ...after, input: 'pool', step: 'sw' };
    const network = lower(model([quantize, pool, half, flatten, fc]));
    expect(network.nodes.slice(1, 4)).toMatchObject([
      { kind: 'pad', id: 'pool.pad', values: Int32Array.of(1) },
      { kind: 'average-pool', id: 'pool', input: 'pool.pad', padding: [0, 0, 0, 0] },
      // y = (s - 2) / 2 over s = 0 .. 6, step 1/2: code k from s = 2 + (k - 1/2): 3, 4 (tie at no integer), 5.
      { kind: 'threshold', id: 'q2', thresholds: Int32Array.of(3, 4, 5) },
    ]);
  });

  it('a constant affine map after a batch norm is part of the thresholds', () => {
    const bn: ModelNode = {
      kind: 'batch-norm',
      id: 'bn',
      input: 'conv',
      gamma: 'one',
      beta: 'zero',
      mean: 'one',
      variance: 'one',
      epsilon: 1,
    };
    const affine: ModelNode = { ...bn, id: 'affine', input: 'bn', mean: 'zero', beta: 'one', epsilon: 0 };
    const network = lower(model([quantize, conv, bn, affine, { ...after, input: 'affine' }, flatten, fc]));
    expect(network.nodes.some(({ kind }) => kind === 'affine')).toBe(false);
    // y = (acc / 2 - 9/4) / sqrt(2) + 1, acc = 9/2 + 2 sqrt(2) (y - 1): code 1 (y = 1/2) from 3.09: 4; code 2 (3/2) from
    // 5.91: 6; code 3 (5/2) from 8.74: 9.
    expect(network.nodes[3]).toMatchObject({ thresholds: Int32Array.of(4, 6, 9) });
  });
});

describe('lowering of zero points refuses', () => {
  const cases: [string, readonly ModelNode[], string][] = [
    [
      'zero padding where no code is 0',
      [{ ...quantize, zeroPoint: 0.5 }, conv, after, flatten, fc],
      "model.nodes.1(conv).padding: pads 'q' with zeros, but with zero point 0.5 none of its codes is 0 [zero-not-representable] — quantize with an integer zero point, or do without padding",
    ],
    [
      'a zero point outside the codes',
      [{ ...quantize, zeroPoint: 3 }, conv, after, flatten, fc],
      'model.nodes.0(q).zeroPoint: is 3, must be a multiple of 1/2 from 0 to 2 [zero-point-illegal] — shift the codes so that real 0 is one of them, or half-way between two',
    ],
    [
      'more levels than codes',
      [{ ...quantize, levels: 5 }, conv, after, flatten, fc],
      'model.nodes.0(q).levels: is 5, a quantizer of 2 bits has 2 to 4 levels [levels-out-of-range] — reduce the levels or widen the codes',
    ],
    [
      'pad codes away from the input',
      [
        quantize,
        { kind: 'pad', id: 'pad', input: 'q', before: [0, 0, 0], after: [0, 0, 0], codes: [1] },
        { ...conv, input: 'pad' },
        after,
        flatten,
        fc,
      ],
      "model.nodes.1(pad).codes: are codes of the network's input, but the node reads 'q' [pad-codes-misplaced] — let the node read 'input', or pad with zeros",
    ],
    [
      'a concatenation of nothing',
      [{ kind: 'concat', id: 'none', inputs: [] }, fc],
      'model.nodes.0(none).inputs: is empty, must name at least one value [no-inputs] — name the values to join',
    ],
  ];

  it.each(cases)('%s', (_, refused, text) => {
    expect(() => lower(model(refused))).toThrow(text);
  });
});
