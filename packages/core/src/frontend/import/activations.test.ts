import { expect, test } from 'vitest';
import { head, imported, nodeOf, parameterOf, ramp, sketch, type Build } from './import.test-support.ts';

/** A convolution of 4 channels, `operator` behind it, a max pool and a linear layer, named as PyTorch's exporter does. */
function around(operator: string, attributes: Parameters<Parameters<Build>[0]['node']>[2] = {}): Build {
  return (builder, x) => {
    const weight = builder.parameter('conv.weight', 'float32', [4, 2, 1, 1], ramp(8));
    const y = builder.node('Conv', [x, weight]);
    const z = builder.node(operator, [y], attributes, undefined, `/act/${operator}`);
    const window = { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } };
    return head(builder, builder.node('MaxPool', [z], window), 16);
  };
}

test('LeakyRelu is a node of its own, its default slope 0.01', () => {
  const network = imported(around('LeakyRelu'));
  expect(sketch(network).slice(0, 3)).toEqual([
    'conv conv',
    'leaky-relu act',
    expect.stringContaining('max-pool'),
  ]);
  expect(nodeOf(network, 'act')).toEqual({
    kind: 'leaky-relu',
    id: 'act',
    input: 'conv',
    alpha: Math.fround(0.01),
  });
  expect(nodeOf(imported(around('LeakyRelu', { alpha: { float: 0.25 } })), 'act')).toMatchObject({
    alpha: 0.25,
  });
});

test('LeakyRelu of slope 0 is a ReLU', () => {
  expect(nodeOf(imported(around('LeakyRelu', { alpha: { float: 0 } })), 'act')).toEqual({
    kind: 'relu',
    id: 'act',
    input: 'conv',
  });
});

test('HardSigmoid is a constant affine map and a clip', () => {
  const network = imported(around('HardSigmoid', { alpha: { float: 0.25 }, beta: { float: 0.375 } }));
  expect(sketch(network).slice(0, 3)).toEqual(['conv conv', 'batch-norm act.line', 'clip act']);
  expect(nodeOf(network, 'act')).toEqual({ kind: 'clip', id: 'act', input: 'act.line', min: 0, max: 1 });
  expect(parameterOf(network, 'act.line.gamma')).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(parameterOf(network, 'act.line.beta')).toEqual([0.375, 0.375, 0.375, 0.375]);
  expect(parameterOf(network, 'act.line.mean')).toEqual([0, 0, 0, 0]);
  expect(parameterOf(network, 'act.line.variance')).toEqual([1, 1, 1, 1]);
  expect(nodeOf(network, 'act.line')).toMatchObject({ input: 'conv', epsilon: 0 });
});

test('HardSigmoid has the slope 0.2 and the middle 0.5 unless the file says otherwise', () => {
  const network = imported(around('HardSigmoid'));
  expect(parameterOf(network, 'act.line.gamma')[0]).toBe(Math.fround(0.2));
  expect(parameterOf(network, 'act.line.beta')[0]).toBe(0.5);
});
