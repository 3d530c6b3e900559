import { describe, expect, test } from 'vitest';
import type { OnnxGraphBuilder } from '../../onnx/builder.ts';
import { head, imported, nodeOf, parameterOf, ramp, sketch, type Build } from './import.test-support.ts';

/** Means of 51 and 102 of 255, so that the padding is exact. */
const normalization = { mean: [0.2, 0.4], std: [0.5, 0.25] };

function convolved(
  builder: OnnxGraphBuilder,
  x: string,
  pads: readonly number[],
  bias: readonly string[] = [],
): string {
  const weight = builder.parameter('conv.weight', 'float32', [1, 2, 3, 3], ramp(18));
  return builder.node('Conv', [x, weight, ...bias], { pads: { ints: pads } });
}

/** Sum of w / std * mean, with w = 1/8 .. 9/8 on channel 0 (45/8), 10/8 .. 18/8 on channel 1 (126/8). */
const SHIFT = ((45 / 8) * 0.2) / 0.5 + ((126 / 8) * 0.4) / 0.25;

describe('a convolution of the image', () => {
  const network = imported((builder, x) => head(builder, convolved(builder, x, [1, 1, 1, 1]), 16), {
    import: { normalization },
  });

  test('reads the pixels, padded by the codes of the mean', () => {
    expect(sketch(network)).toEqual([
      'pad conv.pad',
      'conv conv',
      expect.stringContaining('flatten'),
      'fully-connected fc',
    ]);
    expect(nodeOf(network, 'conv.pad')).toMatchObject({
      input: 'input',
      before: [0, 1, 1],
      after: [0, 1, 1],
      codes: [51, 102],
    });
    expect(nodeOf(network, 'conv')).toMatchObject({ input: 'conv.pad', padding: [0, 0, 0, 0] });
    expect(network.remarks.map(({ message }) => message)).toEqual([
      'normalisation taken into the weights; the zeros around the image are the pixel codes 51, 102 (exactly 51.000, 102.000)',
    ]);
  });

  test('has weights divided by std and the mean in its bias', () => {
    expect(parameterOf(network, 'conv.weight')).toEqual(
      [...ramp(18)].map((w, i) => w / (i < 9 ? 0.5 : 0.25)),
    );
    expect(parameterOf(network, 'conv.bias')[0]).toBeCloseTo(-SHIFT, 5);
  });

  test('leaves the mean to the batch norm behind it', () => {
    const normed = imported(
      (builder, x) => {
        const y = convolved(builder, x, [0, 0, 0, 0]);
        const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
          (name, i) => builder.parameter(`bn.${name}`, 'float32', [1], [i + 1]),
        ) as [string, string, string, string];
        return head(builder, builder.node('BatchNormalization', [y, gamma, beta, mean, variance]), 4);
      },
      { import: { normalization } },
    );
    expect(nodeOf(normed, 'conv')).toMatchObject({ bias: null, input: 'input' });
    expect(parameterOf(normed, 'bn.mean')[0]).toBeCloseTo(3 + SHIFT, 5);
    expect(parameterOf(normed, 'bn.variance')).toEqual([4]);
    // The model's convolution lacks the mean: no value of the file equals it.
    expect([...normed.places.values()]).not.toContain('conv');
  });

  test('adds it to a bias of its own where no batch norm follows', () => {
    const biased = imported(
      (builder, x) =>
        head(builder, convolved(builder, x, [0, 0, 0, 0], [builder.constant('float32', [1], [7])]), 4),
      { import: { normalization } },
    );
    expect(parameterOf(biased, 'conv.bias')[0]).toBeCloseTo(7 - SHIFT, 5);
  });
});

test('a Pad before the convolution is part of its padding', () => {
  const network = imported((builder, x) => {
    const pads = builder.constant('int64', [8], [0, 0, 1, 0, 0, 0, 0, 1]);
    return head(builder, convolved(builder, builder.node('Pad', [x, pads]), [0, 1, 1, 0]), 16);
  });
  expect(nodeOf(network, 'conv')).toMatchObject({ input: 'input', padding: [1, 1, 1, 1] });
});

test('a linear layer takes the normalisation in, feature by feature', () => {
  const network = imported((builder, x) => head(builder, x, 32), { import: { normalization } });
  expect(sketch(network)).toEqual([expect.stringContaining('flatten'), 'fully-connected fc']);
  const expected = [...ramp(96)].map((w, i) => Math.fround(w / (i % 32 < 16 ? 0.5 : 0.25)));
  expect(parameterOf(network, 'fc.weight')).toEqual(expected);
  const lacks = [0, 1, 2].map((o) =>
    expected.slice(32 * o, 32 * o + 32).reduce((sum, w, i) => sum - w * (i < 16 ? 0.2 : 0.4), 0),
  );
  parameterOf(network, 'fc.bias').forEach((bias, o) => expect(bias).toBeCloseTo(lacks[o], 3));
});

test('what is no layer reads the normalised image; a layer beside it still reads the pixels', () => {
  const build: Build = (builder, x) => {
    const weight = builder.parameter('conv.weight', 'float32', [2, 2, 1, 1], ramp(4));
    const sum = builder.node('Add', [builder.node('Conv', [x, weight]), x]);
    return head(builder, sum, 32);
  };
  const network = imported(build, { import: { normalization } });
  expect(sketch(network).slice(0, 3)).toEqual([
    'conv conv',
    'batch-norm input.normalize',
    expect.stringContaining('add '),
  ]);
  expect(nodeOf(network, 'conv')).toMatchObject({ input: 'input' });
  expect(parameterOf(network, 'input.normalize.gamma')).toEqual([2, 4]);
  expect(parameterOf(network, 'input.normalize.mean')).toEqual([Math.fround(0.2), Math.fround(0.4)]);
});

test('arithmetic on the image is a normalisation: 2 x - 1', () => {
  const network = imported((builder, x) => {
    const doubled = builder.node('Mul', [x, builder.constant('float32', [], [2])]);
    return head(
      builder,
      builder.node('Relu', [builder.node('Sub', [doubled, builder.constant('float32', [1], [1])])]),
      32,
    );
  });
  expect(sketch(network)[0]).toBe('batch-norm input.normalize');
  expect(parameterOf(network, 'input.normalize.gamma')).toEqual([2, 2]);
  expect(parameterOf(network, 'input.normalize.mean')).toEqual([0.5, 0.5]);
});

test('a mean that is no pixel code normalises before the padding', () => {
  const network = imported((builder, x) => head(builder, convolved(builder, x, [1, 1, 1, 1]), 16), {
    import: { normalization: { mean: [-0.5], std: [1] } },
  });
  expect(sketch(network).slice(0, 2)).toEqual(['batch-norm input.normalize', 'conv conv']);
  expect(nodeOf(network, 'conv')).toMatchObject({ padding: [1, 1, 1, 1] });
});

test('channels last: the transpose of the input is its layout', () => {
  const network = imported(
    (builder, x) =>
      head(
        builder,
        convolved(builder, builder.node('Transpose', [x], { perm: { ints: [0, 3, 1, 2] } }), [0, 0, 0, 0]),
        4,
      ),
    { input: [1, 4, 4, 2] },
  );
  expect(network.model.graph.input.shape).toEqual([2, 4, 4]);
  expect(network.remarks[0]?.message).toContain('channels last');
});

test('signals are images of height 1', () => {
  const network = imported(
    (builder, x) => {
      const weight = builder.parameter('conv.weight', 'float32', [2, 2, 3], ramp(12));
      return head(
        builder,
        builder.node('Conv', [x, weight], { pads: { ints: [1, 0] }, strides: { ints: [2] } }),
        8,
      );
    },
    { input: [1, 2, 9] },
  );
  expect(network.model.graph.input.shape).toEqual([2, 1, 9]);
  expect(nodeOf(network, 'conv')).toMatchObject({ kernel: [1, 3], stride: [1, 2], padding: [0, 1, 0, 0] });
});
