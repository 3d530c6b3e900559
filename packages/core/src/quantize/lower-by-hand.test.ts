import { describe, expect, it } from 'vitest';
import type { FloatTensor, Model, ModelNode } from '../model/model.ts';
import { explainLowering, lower } from './lower.ts';

const conv: ModelNode & { kind: 'conv' } = {
  kind: 'conv',
  id: 'conv',
  input: 'input',
  weight: 'w',
  bias: null,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
  weightQuantizer: { step: 'sw', format: { system: 'sign-magnitude', bits: 3 } },
};
const bn: ModelNode = {
  kind: 'batch-norm',
  id: 'bn',
  input: 'conv',
  gamma: 'g',
  beta: 'b',
  mean: 'm',
  variance: 'v',
  epsilon: 0.5,
};
const quantize: ModelNode & { kind: 'quantize' } = {
  kind: 'quantize',
  id: 'q',
  input: 'bn',
  step: 'sa',
  bits: 2,
  zeroPoint: 0,
  levels: 4,
};
const flatten: ModelNode = { kind: 'flatten', id: 'flat', input: 'q' };
const fc: ModelNode & { kind: 'fully-connected' } = {
  kind: 'fully-connected',
  id: 'fc',
  input: 'flat',
  weight: 'wf',
  bias: 'bf',
  weightQuantizer: { step: 'sw', format: { system: 'twos-complement', bits: 3 } },
};

const tensor = (shape: number[], ...data: number[]): FloatTensor => ({
  shape,
  data: Float32Array.from(data),
});

const PARAMETERS: Readonly<Record<string, FloatTensor>> = {
  w: tensor([2, 1, 1, 1], 0.5, -0.25),
  sw: tensor([], 0.25),
  g: tensor([2], 1, -1),
  b: tensor([2], 0, 1),
  m: tensor([2], 0, 0),
  v: tensor([2], 0.5, 3.5),
  sa: tensor([], 0.5),
  wf: tensor([1, 2], 0.25, 0.5),
  bf: tensor([1], 0.3),
};

function model(nodes: readonly ModelNode[], changes: Record<string, FloatTensor | null> = {}): Model {
  const parameters = new Map(Object.entries(PARAMETERS));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  return {
    graph: {
      kind: 'model-graph',
      name: 'm',
      input: { shape: [1, 1, 1], bits: 2, scale: 1 },
      nodes,
      output: 'fc',
    },
    parameters,
  };
}

const nodes: readonly ModelNode[] = [conv, bn, quantize, flatten, fc];

describe('lower, by hand', () => {
  it('thresholds, codes, output bias in a last affine node', () => {
    const { network, places } = explainLowering(model(nodes));
    const [first, codes, , last, output] = network.nodes;
    // 0.5 / 0.25 = 2, -0.25 / 0.25 = -1.
    expect(first).toMatchObject({ kind: 'conv', weights: { codes: Int8Array.of(2, -1) }, bias: null });
    // Accumulators -3 .. 6, scale 1/4. Channel 0: y = x / 4 / sqrt(1), step 1/2: k = 1 needs x/4 >= 1/4, tie at 1 down: 2; k = 2 tie at 3 up: 3; k = 3 tie at 5 down: 6.
    // Channel 1: y = -(x / 4) / 2 + 1 = 1 - x / 8: k = 1: 1 - x/8 >= 1/4, x <= 6, tie at 6 down: 5; k = 2: >= 3/4, x <= 2, tie up: 2; k = 3: >= 5/4, x <= -2, tie down: -3.
    expect(codes).toMatchObject({
      kind: 'threshold',
      id: 'q',
      input: 'conv',
      thresholds: Int32Array.of(2, 3, 6, 5, 2, -3),
      direction: Int8Array.of(1, -1),
    });
    // Unit 0.25 * 0.5 = 1/8 is above 1/128: the bias 0.3 goes into an affine node of 21 fraction bits (step 1/2 = 2^-1, and 20 more).
    expect(last).toMatchObject({ kind: 'fully-connected', bias: null });
    expect(output).toMatchObject({ kind: 'affine', id: 'fc.stream', input: 'fc' });
    expect(places.get('fc')).toMatchObject({ id: 'fc.stream', scale: 2 ** -21 });
    expect(places.get('q')).toEqual({ id: 'q', scale: 0.5, zeroPoint: 0, errorBound: 0 });
    // The largest accumulator: 1 * 3 + 2 * 3 = 9 -> 9/8 + 0.3 = 1.425, in 2^-21: 2988441.6.
    expect(network.output).toBe('fc.stream');
  });

  it('a bias in fine accumulator units is rounded into the layer', () => {
    // Weight step 1/64: unit 1/128, bias 0.3 * 128 = 38.4 -> 38.
    const { network, places } = explainLowering(model(nodes, { sw: tensor([], 1 / 64) }));
    expect(network.nodes.at(-1)).toMatchObject({
      kind: 'fully-connected',
      id: 'fc',
      bias: Int32Array.of(38),
    });
    // Error 0.4 of a unit, float32 of 0.3 aside.
    expect(places.get('fc')!.errorBound).toBeCloseTo(0.4 / 128, 7);
  });
});

describe('lower refuses', () => {
  const cases: [string, Model, string][] = [
    [
      'an unquantized input of a layer',
      model([conv, bn, { ...flatten, input: 'bn' }, fc]),
      "model.nodes.3(fc).input: 'flat' is not quantized, a layer on the macro reads unsigned codes [input-not-quantized] — put a quantize node between 'flat' and 'fc'",
    ],
    [
      'full-precision weights',
      model([{ ...conv, weightQuantizer: null }, ...nodes.slice(1)]),
      'model.nodes.0(conv).weightQuantizer: is null, the macro holds low-bit weights only [weights-not-quantized] — fine-tune the model with weight quantizers first',
    ],
    [
      'a missing parameter',
      model(nodes, { g: null }),
      "model.nodes.1(bn).gamma: names parameter 'g', which the model does not have [parameter-missing] — save the model with all its parameters",
    ],
    [
      'a parameter of another shape',
      model(nodes, { w: tensor([2, 2, 1, 1], 1, 1, 1, 1) }),
      "model.nodes.0(conv).weight: 'w' has shape [2, 2, 1, 1] and 4 values, must be [2, 1, 1, 1] [parameter-shape-mismatch] — match the parameter to the graph",
    ],
    [
      'a parameter that diverged',
      model(nodes, { b: tensor([2], 0, NaN) }),
      "model.nodes.1(bn).beta: 'b'[1] is NaN, must be a finite number [parameter-not-finite] — train again with a smaller learning rate",
    ],
    [
      'a step of zero',
      model(nodes, { sa: tensor([], 0) }),
      "model.nodes.2(q).step: 'sa'[0] is 0, a quantizer step must be above 0 [step-not-positive] — train again, or set the step to a positive number",
    ],
    [
      'a negative variance',
      model(nodes, { v: tensor([2], 1, -1) }),
      "model.nodes.1(bn).variance: 'v'[1] is -1 with epsilon 0.5, their sum must be above 0 and neither below [variance-not-positive] — recompute the running statistics",
    ],
    [
      'a width that codes do not have',
      model([conv, bn, { ...quantize, bits: 9 }, flatten, fc]),
      'model.nodes.2(q).bits: is 9, activation codes have 1 to 8 bits [code-width-out-of-range] — use 1 to 8 bits',
    ],
    [
      'a value that nobody makes',
      model([{ ...conv, input: 'nowhere' }, ...nodes.slice(1)]),
      "model.nodes.0(conv).input: names 'nowhere', which no earlier node makes [unknown-input] — order the nodes, and name existing ones",
    ],
    [
      'an id used twice',
      model([...nodes, { ...bn }]),
      "model.nodes.5(bn).id: 'bn' is used before [duplicate-id] — give the node a unique name",
    ],
    [
      'an output that nobody makes',
      model(nodes.slice(0, 4)),
      "model.output: names 'fc', and no node has that id [unknown-output] — name the node whose value is the result",
    ],
    [
      'a layer whose window does not fit',
      model([{ ...conv, kernel: [2, 2] }, ...nodes.slice(1)], {
        w: tensor([2, 1, 2, 2], 1, 1, 1, 1, 1, 1, 1, 1),
      }),
      'model.nodes.0(conv).kernel: [2, 2] (dilation [1, 1]) does not fit into the padded input of [1, 1, 1] [window-does-not-fit] — use a smaller kernel or dilation, more padding, or a larger input',
    ],
    [
      'a vector layer on an image',
      model([conv, bn, quantize, { ...fc, input: 'q' }]),
      'model.nodes.3(fc).input: has shape [2, 1, 1], must be [features] [rank-mismatch] — put a flatten node before this one',
    ],
  ];

  it.each(cases)('%s', (_, refused, text) => {
    expect(() => lower(refused)).toThrow(text);
  });
});
