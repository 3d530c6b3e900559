import { describe, expect, it } from 'vitest';
import { codeRange } from '../network/codes.ts';
import type { Window } from '../network/network.ts';
import { Emitter } from './emitter.ts';
import { operators, type OperatorAttributes, type OperatorName } from './registry.ts';
import { apply, random, type Case } from './testing/case.ts';
import { execute, float, floats } from './testing/execute.ts';
import { quantizeCases } from './testing/quantize-cases.ts';
import { rearrangeCases } from './testing/rearrange-cases.ts';
import { reconstructionCases } from './testing/reconstruction-cases.ts';
import * as naive from './testing/naive.ts';
import * as rearrange from './testing/naive-rearrange.ts';

const LABELS = [1, 0, 2, 2];
const TEACHER = random('teacher', [4, 3], -4, 4);

const window = (kernel: number, stride: number, pad: number): Window => ({
  kernel: [kernel, kernel],
  stride: [stride, stride],
  padding: [pad, pad, pad, pad],
});

function convCase(
  title: string,
  input: readonly number[],
  weight: readonly number[],
  attributes: OperatorAttributes['conv'],
): Case {
  return {
    title,
    inputs: [random('x', input), random('w', weight)],
    differentiable: [0, 1],
    apply: apply('conv', attributes),
    reference: ([x, w]) => naive.conv(x, w, attributes),
  };
}

/** A convolution with a bias, which is a gradient of its own. */
function biasedConvCase(): Case {
  const attributes = { ...window(3, 1, 1), ...plain };
  return {
    title: '3x3 with a bias',
    inputs: [random('biased x', [2, 3, 5, 4]), random('biased w', [4, 3, 3, 3]), random('biased b', [4])],
    differentiable: [0, 1, 2],
    apply: apply('conv', attributes),
    reference: ([x, w, b]) => naive.addPerChannel(naive.conv(x, w, attributes), b),
  };
}

const plain = { groups: 1, dilation: [1, 1] as const };

/** At least one case per operator: a new operator without one does not compile. */
const cases: { readonly [Name in OperatorName]: readonly [Case, ...Case[]] } = {
  conv: [
    biasedConvCase(),
    convCase('3x3, padding 1', [2, 3, 6, 5], [4, 3, 3, 3], { ...window(3, 1, 1), ...plain }),
    convCase('3x3, no padding', [2, 3, 6, 5], [4, 3, 3, 3], { ...window(3, 1, 0), ...plain }),
    convCase('3x3, one input channel', [2, 1, 6, 5], [4, 1, 3, 3], { ...window(3, 1, 1), ...plain }),
    convCase('3x3, stride 2 on an even size', [2, 3, 6, 8], [4, 3, 3, 3], { ...window(3, 2, 1), ...plain }),
    convCase('3x3, stride 2 on an odd size', [2, 3, 7, 5], [4, 3, 3, 3], { ...window(3, 2, 1), ...plain }),
    convCase('1x1, stride 2', [2, 3, 6, 5], [4, 3, 1, 1], { ...window(1, 2, 0), ...plain }),
    convCase('1x1', [2, 3, 4, 5], [4, 3, 1, 1], { ...window(1, 1, 0), ...plain }),
    convCase('7x7, stride 2, padding 3', [1, 2, 11, 12], [3, 2, 7, 7], { ...window(7, 2, 3), ...plain }),
    convCase('two groups', [2, 4, 5, 5], [6, 2, 3, 3], { ...window(3, 1, 1), groups: 2, dilation: [1, 1] }),
    convCase('depthwise, stride 2', [2, 4, 6, 6], [4, 1, 3, 3], {
      ...window(3, 2, 1),
      groups: 4,
      dilation: [1, 1],
    }),
    convCase('dilation 2', [2, 3, 7, 7], [4, 3, 3, 3], { ...window(3, 1, 2), groups: 1, dilation: [2, 2] }),
    convCase('unequal kernel, stride and padding', [2, 3, 7, 6], [4, 3, 3, 2], {
      kernel: [3, 2],
      stride: [1, 2],
      padding: [0, 1, 2, 0],
      ...plain,
    }),
    convCase('unequal padding, stride 1', [2, 3, 5, 6], [4, 3, 3, 2], {
      kernel: [3, 2],
      stride: [1, 1],
      padding: [2, 0, 1, 1],
      ...plain,
    }),
  ],
  'batch-norm-training': [
    [3, 2, 5, 4],
    [2, 3, 21, 20],
    [6, 3],
  ].map((shape): Case => {
    const channels = shape[1];
    return {
      title: `[${shape.join(', ')}]`,
      inputs: [random('x', shape, -1, 2), random('gamma', [channels], 0.5, 2), random('beta', [channels])],
      differentiable: [0, 1, 2],
      apply: apply('batch-norm-training', { epsilon: 1e-5 }),
      reference: ([x, gamma, beta]) => {
        const { mean, variance } = naive.channelStatistics(x);
        return naive.batchNorm(x, gamma, beta, mean, variance, 1e-5);
      },
    };
  }) as [Case, Case, Case],
  'batch-norm-inference': [
    [3, 2, 5, 4],
    [5, 2],
  ].map((shape): Case => {
    const perChannel = ['gamma', 'beta', 'mean'].map((name) => random(name, [2]));
    return {
      title: `given statistics, [${shape.join(', ')}]`,
      inputs: [random('x', shape), ...perChannel, random('variance', [2], 0.5, 2)],
      differentiable: [0, 1, 2],
      apply: apply('batch-norm-inference', { epsilon: 1e-5 }),
      reference: ([x, gamma, beta, mean, variance]) =>
        naive.batchNorm(x, gamma, beta, mean.data, variance.data, 1e-5),
    };
  }) as [Case, Case],
  relu: [
    {
      title: 'signs mixed',
      inputs: [random('x', [2, 3, 4])],
      differentiable: [0],
      apply: apply('relu', {}),
      reference: ([x]) => naive.relu(x),
    },
  ],
  add: [
    {
      title: 'two tensors',
      inputs: [random('a', [2, 3]), random('b', [2, 3])],
      differentiable: [0, 1],
      apply: apply('add', {}),
      reference: ([a, b]) => naive.add(a, b),
    },
  ],
  flatten: [
    {
      title: 'image to vector',
      inputs: [random('x', [2, 3, 2, 2])],
      differentiable: [0],
      apply: apply('flatten', {}),
      reference: ([x]) => ({ shape: [2, 12], data: x.data }),
    },
  ],
  'max-pool': [
    { title: '2x2', window: window(2, 2, 0) },
    { title: '3x3, stride 2, padding 1 (overlapping)', window: window(3, 2, 1) },
  ].map((pool): Case => ({
    title: pool.title,
    inputs: [random('x', [2, 3, 6, 6])],
    differentiable: [0],
    apply: apply('max-pool', pool.window),
    reference: ([x]) => naive.maxPool(x, pool.window),
  })) as [Case, Case],
  'average-pool': [
    { title: '2x2', window: window(2, 2, 0) },
    { title: '3x3, stride 2, padding 1 (overlapping)', window: window(3, 2, 1) },
  ].map((pool): Case => ({
    title: pool.title,
    inputs: [random('x', [2, 3, 6, 6])],
    differentiable: [0],
    apply: apply('average-pool', pool.window),
    reference: ([x]) => naive.averagePool(x, pool.window),
  })) as [Case, Case],
  'global-average-pool': [
    {
      title: '3x4',
      inputs: [random('x', [2, 3, 3, 4])],
      differentiable: [0],
      apply: apply('global-average-pool', {}),
      reference: ([x]) => naive.globalAveragePool(x),
    },
  ],
  'fully-connected': [
    {
      title: 'with bias',
      inputs: [random('x', [4, 5]), random('w', [3, 5]), random('b', [3])],
      differentiable: [0, 1, 2],
      apply: apply('fully-connected', {}),
      reference: ([x, w, b]) => naive.fullyConnected(x, w, b),
    },
    {
      title: 'without bias',
      inputs: [random('x', [4, 5]), random('w', [3, 5])],
      differentiable: [0, 1],
      apply: apply('fully-connected', {}),
      reference: ([x, w]) => naive.fullyConnected(x, w, undefined),
    },
  ],
  quantize: quantizeCases,
  clip: [
    {
      title: 'both bounds',
      inputs: [random('clip', [3, 20], -2, 8)],
      differentiable: [0],
      apply: apply('clip', { min: 0, max: 6 }),
      reference: ([x]) => naive.clip(x, 0, 6),
    },
    {
      title: 'from above only',
      inputs: [random('clip above', [3, 20], -2, 2)],
      differentiable: [0],
      apply: apply('clip', { min: null, max: 1 }),
      reference: ([x]) => naive.clip(x, -Infinity, 1),
    },
  ],
  'leaky-relu': [0.1, 0, 1, 2.5].map((alpha): Case => ({
    title: `slope ${alpha}`,
    inputs: [random(`leaky ${alpha}`, [2, 3, 4, 5], -2, 2)],
    differentiable: [0],
    apply: apply('leaky-relu', { alpha }),
    reference: ([x]) => naive.leakyRelu(x, alpha),
  })) as [Case, Case, Case, Case],
  ...rearrangeCases,
  scale: [
    {
      title: 'a scalar factor',
      inputs: [random('scale', [3, 4])],
      differentiable: [0],
      apply: apply('scale', { factor: -1.75 }),
      reference: ([x]) => ({ shape: x.shape, data: x.data.map((value) => -1.75 * value) }),
    },
  ],
  distillation: [
    {
      title: 'temperature 3',
      inputs: [random('student', [4, 3], -4, 4)],
      differentiable: [0],
      apply: (emitter, inputs) =>
        operators.distillation.apply(emitter, inputs, {
          teacher: emitter.constant([4, 3], TEACHER.data),
          temperature: 3,
        }),
      reference: ([x]) => rearrange.distillation(x, TEACHER, 3),
    },
  ],
  ...reconstructionCases,
  'cross-entropy': [
    {
      title: 'four images, three classes',
      inputs: [random('logits', [4, 3], -3, 3)],
      differentiable: [0],
      apply: (emitter, inputs) => {
        const labels = { name: emitter.integers(LABELS), shape: [LABELS.length] };
        return operators['cross-entropy'].apply(emitter, inputs, { labels });
      },
      reference: ([logits]) => ({ shape: [], data: Float64Array.of(naive.crossEntropy(logits, LABELS)) }),
    },
  ],
};

const DIFFERENCE = 1e-6;

/** d(sum of weights * f(inputs)) / d inputs[index] by central differences in float64, rounding frozen at the inputs. */
function centralDifferences(
  { inputs, reference }: Case,
  index: number,
  outputWeights: naive.Naive,
): Float64Array {
  const objective = (changed: readonly naive.Naive[]): number =>
    reference(changed, inputs).data.reduce((sum, value, i) => sum + value * outputWeights.data[i], 0);
  const input = inputs[index];
  return input.data.map((value, i) => {
    const moved = (by: number): number =>
      objective(
        inputs.map((other, j) => (j === index ? { ...input, data: input.data.with(i, value + by) } : other)),
      );
    return (moved(DIFFERENCE) - moved(-DIFFERENCE)) / (2 * DIFFERENCE);
  });
}

/** float32 arithmetic against float64: error relative to the largest element. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(
      Math.abs(actual[i] - expected[i]) / scale,
      `element ${i}: ${actual[i]} for ${expected[i]}`,
    ).toBeLessThan(tolerance);
  }
}

for (const [name, list] of Object.entries(cases)) {
  describe(`operator ${name}`, () => {
    for (const one of list) {
      it(`${one.title}: forward equals the naive loops, gradients equal central differences`, async () => {
        const expected = one.reference(one.inputs, one.inputs);
        const outputWeights = random('output weights', expected.shape);
        const emitter = new Emitter('operator');
        const values = one.inputs.map((input, i) => emitter.input(`input${i}`, input.shape));
        const applied = one.apply(emitter, values);
        expect(applied.output.shape).toEqual(expected.shape);
        const wanted = one.inputs.map((_, i) => one.differentiable.includes(i));
        const gradients = applied.gradients(emitter.input('outputWeights', expected.shape), wanted);
        emitter.output('output', applied.output);
        for (const index of one.differentiable) {
          expect(gradients[index]?.shape).toEqual(one.inputs[index].shape);
          emitter.output(`gradient${index}`, gradients[index]!);
        }
        const outputs = await execute(emitter.builder.encode(), {
          ...Object.fromEntries(one.inputs.map((input, i) => [`input${i}`, float(input.shape, input.data)])),
          outputWeights: float(expected.shape, outputWeights.data),
        });
        expectClose(floats(outputs, 'output'), expected.data, 2e-6);
        for (const index of one.differentiable) {
          const scale = one.gradientScale?.[index] ?? 1;
          const differences = centralDifferences(one, index, outputWeights).map((value) => scale * value);
          expectClose(floats(outputs, `gradient${index}`), differences, 1e-5);
        }
      });
    }
  });
}

describe('batch norm statistics', () => {
  it('are the mean and the unbiased variance of the batch', async () => {
    const x = random('x', [3, 2, 5, 4], -1, 3);
    const emitter = new Emitter('statistics');
    const inputs = [emitter.input('x', x.shape), emitter.input('gamma', [2]), emitter.input('beta', [2])];
    const { extras } = operators['batch-norm-training'].apply(emitter, inputs, { epsilon: 1e-5 });
    emitter.output('mean', extras!['mean']);
    emitter.output('variance', extras!['variance']);
    const outputs = await execute(emitter.builder.encode(), {
      x: float(x.shape, x.data),
      gamma: float([2], [1, 1]),
      beta: float([2], [0, 0]),
    });
    const { mean, variance } = naive.channelStatistics(x);
    expectClose(floats(outputs, 'mean'), mean, 1e-6);
    // 3 * 5 * 4 = 60 values per channel: unbiased = biased * 60 / 59.
    expectClose(
      floats(outputs, 'variance'),
      variance.map((value) => (value * 60) / 59),
      1e-6,
    );
  });
});

describe('quantize', () => {
  it('rounds ties to even and clips to the code range', async () => {
    const emitter = new Emitter('ties');
    const v = [-1, -0.5, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 9].map((value) => value * 2);
    const inputs = [emitter.input('v', [v.length]), emitter.input('step', [])];
    const { output } = operators.quantize.apply(emitter, inputs, {
      codes: { min: 0, max: 3 },
      features: 1,
    });
    emitter.output('output', output);
    const outputs = await execute(emitter.builder.encode(), {
      v: float([v.length], v),
      step: float([], [2]),
    });
    // v / step:                                  -1 -.5 .25 .5 .75 1 1.25 1.5 1.75 9
    expect([...floats(outputs, 'output')]).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 3].map((code) => 2 * code));
  });

  it('gives the extreme codes of sign-magnitude and two’s complement', async () => {
    for (const [system, least] of [
      ['sign-magnitude', -3],
      ['twos-complement', -4],
    ] as const) {
      const emitter = new Emitter('extremes');
      const inputs = [emitter.input('v', [2]), emitter.input('step', [])];
      const { output } = operators.quantize.apply(emitter, inputs, {
        codes: codeRange({ system, bits: 3 }),
        features: 1,
      });
      emitter.output('output', output);
      const outputs = await execute(emitter.builder.encode(), {
        v: float([2], [-100, 100]),
        step: float([], [0.5]),
      });
      expect([...floats(outputs, 'output')]).toEqual([least * 0.5, 1.5]);
    }
  });
});
