import { describe, expect, test } from 'vitest';
import {
  head,
  imported,
  ramp,
  refusals,
  sketch,
  type Build,
  type FileOptions,
} from './import.test-support.ts';

/** Builds `head(node(x))` for a node that keeps or sets the number of elements. */
function around(
  operator: string,
  attributes: Parameters<Parameters<Build>[0]['node']>[2] = {},
  constants: readonly (readonly number[])[] = [],
  features = 32,
): Build {
  return (builder, x) => {
    const inputs = constants.map((values) => builder.constant('float32', [values.length], values));
    return head(builder, builder.node(operator, [x, ...inputs], attributes, undefined, 'odd'), features);
  };
}

const cases: readonly (readonly [string, Build, string, FileOptions?])[] = [
  [
    'sigmoid',
    around('Sigmoid'),
    "node 'odd' (Sigmoid): Sigmoid has no form on the macro or beside it — it runs in the float executor only",
  ],
  [
    'leaky relu that falls',
    around('LeakyRelu', { alpha: { float: -0.5 } }),
    "node 'odd' (LeakyRelu): its attribute alpha is -0.5: the function falls below 0 — only slopes of 0 or more become thresholds; it runs in the float executor only",
  ],
  [
    'hard sigmoid that falls',
    around('HardSigmoid', { alpha: { float: -0.25 } }),
    "node 'odd' (HardSigmoid): its attribute alpha is -0.25: the function does not rise — only finite slopes above 0 are imported",
  ],
  [
    'hard sigmoid off the numbers',
    around('HardSigmoid', { beta: { float: Infinity } }),
    "node 'odd' (HardSigmoid): its attribute beta is Infinity — give a finite number",
  ],
  [
    'hard swish',
    around('HardSwish'),
    "node 'odd' (HardSwish): HardSwish has no form on the macro or beside it — it runs in the float executor only",
  ],
  [
    'product of activations',
    (builder, x) =>
      head(builder, builder.node('Mul', [x, builder.node('Relu', [x])], {}, undefined, 'odd'), 32),
    "node 'odd' (Mul): Mul of two activations runs in the float executor only — the macro adds activations, it does not multiply, subtract or divide them",
  ],
  [
    'sum with broadcast',
    (builder, x) =>
      head(
        builder,
        builder.node('Add', [x, builder.node('GlobalAveragePool', [x])], {}, undefined, 'odd'),
        32,
      ),
    "node 'odd' (Add): adds [1, 2, 4, 4] and [1, 2, 1, 1], one of them repeated — only sums of one shape are imported",
  ],
  [
    'a constant per column',
    around('Add', {}, [[1, 2, 3, 4]]),
    "node 'odd' (Add): its constant 'constant#0' of shape [4] beside [1, 2, 4, 4] is not one number, nor one per channel — only these become part of a layer",
  ],
  [
    'division by zero',
    around('Div', {}, [[0]]),
    "node 'odd' (Div): its constant 'constant#0' has a zero — nothing is divided by zero",
  ],
  [
    'constant over activation',
    (builder, x) =>
      head(builder, builder.node('Div', [builder.constant('float32', [], [1]), x], {}, undefined, 'odd'), 32),
    "node 'odd' (Div): divides by an activation — this runs in the float executor only",
  ],
  [
    'empty clip',
    around('Clip', {}, [[2], [1]]),
    "node 'odd' (Clip): clips to 2 .. 1 — the lower bound stands above the upper one",
  ],
  [
    'softmax inside',
    around('Softmax'),
    "node 'odd' (Softmax): stands inside the network — Softmax runs in the float executor only; at the end of a classifier it is dropped",
  ],
  [
    'softmax along the image',
    (builder, x) =>
      builder.node('Reshape', [
        builder.node('Softmax', [x], { axis: { int: 2 } }, undefined, 'odd'),
        builder.constant('int64', [2], [1, 32]),
      ]),
    "node 'odd' (Softmax): works along axis 2 of [1, 2, 4, 4] — at the end of a classifier it works along the classes",
    { output: [1, 32] },
  ],
  [
    'last maximum',
    (builder, x) =>
      builder.node(
        'Cast',
        [
          builder.node(
            'ArgMax',
            [head(builder, x, 32)],
            { axis: { int: 1 }, select_last_index: { int: 1 } },
            undefined,
            'odd',
          ),
        ],
        { to: { type: 'float32' } },
      ),
    "node 'odd' (ArgMax): attribute select_last_index is 1 — the class is the first maximum here",
    { output: [1, 1] },
  ],
  [
    'dilated pooling',
    around('MaxPool', { kernel_shape: { ints: [2, 2] }, dilations: { ints: [2, 2] } }, [], 8),
    "node 'odd' (MaxPool): attribute dilations is [2, 2] — pooling is imported without dilation",
  ],
  [
    'averages that leave padding out',
    around('AveragePool', { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } }),
    "node 'odd' (AveragePool): has padding 1, 1, 1, 1 and count_include_pad 0: windows at the border divide by fewer elements — pool with count_include_pad 1, or without padding",
  ],
  [
    'averages beyond the input',
    around(
      'AveragePool',
      { kernel_shape: { ints: [3, 3] }, strides: { ints: [2, 2] }, ceil_mode: { int: 1 } },
      [],
      8,
    ),
    "node 'odd' (AveragePool): attribute ceil_mode 1 makes windows that reach beyond the input — pool with ceil_mode 0, or choose a size that the stride divides",
  ],
  [
    'mean over channels',
    around('ReduceMean', { axes: { ints: [1] } }, [], 16),
    "node 'odd' (ReduceMean): averages [1, 2, 4, 4] over axes 1 — the mean over all rows and columns is imported",
  ],
  [
    'real transpose',
    around('Transpose', { perm: { ints: [0, 2, 3, 1] } }),
    "node 'odd' (Transpose): permutes [1, 2, 4, 4] by [0, 2, 3, 1] — only transposes that change no order of elements are imported; export with channels first",
  ],
  [
    'reflected padding',
    (builder, x) =>
      head(
        builder,
        builder.node(
          'Pad',
          [x, builder.constant('int64', [8], [0, 0, 1, 0, 0, 0, 0, 0])],
          { mode: { string: 'reflect' } },
          undefined,
          'odd',
        ),
        40,
      ),
    "node 'odd' (Pad): attribute mode is 'reflect' — padding with zeros is imported",
  ],
  [
    'padding with ones',
    (builder, x) =>
      head(
        builder,
        builder.node(
          'Pad',
          [x, builder.constant('int64', [8], [0, 0, 1, 0, 0, 0, 0, 0]), builder.constant('float32', [], [1])],
          {},
          undefined,
          'odd',
        ),
        40,
      ),
    "node 'odd' (Pad): pads with 1 — padding with zeros is imported",
  ],
  [
    'a cut vector',
    (builder, x) => {
      const flat = builder.node('Flatten', [x]);
      const at = (value: number): string => builder.constant('int64', [1], [value]);
      return head(builder, builder.node('Slice', [flat, at(0), at(3), at(1)], {}, undefined, 'odd'), 3);
    },
    "node 'odd' (Slice): cuts a vector [1, 32] — slices of images and signals are imported",
  ],
  [
    'backward slice',
    (builder, x) => {
      const at = (value: number): string => builder.constant('int64', [1], [value]);
      return head(builder, builder.node('Slice', [x, at(3), at(0), at(2), at(-1)], {}, undefined, 'odd'), 24);
    },
    "node 'odd' (Slice): its step along axis 2 is -1 — slices with positive steps are imported",
  ],
  [
    'joined rows',
    (builder, x) => head(builder, builder.node('Concat', [x, x], { axis: { int: 2 } }, undefined, 'odd'), 64),
    "node 'odd' (Concat): joins along axis 2 — values are joined along the channels (axis 1)",
  ],
  [
    'transposed activation',
    (builder, x) => {
      const weight = builder.constant('float32', [1, 3], [1, 2, 3]);
      return builder.node(
        'Gemm',
        [builder.node('Flatten', [x]), weight],
        { transA: { int: 1 } },
        undefined,
        'odd',
      );
    },
    "node 'odd' (Gemm): attribute transA is 1: the batch axis would be summed over — export with transA 0",
    { output: [32, 3] },
  ],
  [
    'product of two activations',
    (builder, x) => head(builder, builder.node('MatMul', [x, x], {}, undefined, 'odd'), 32),
    "node 'odd' (MatMul): one of its operands ('x') depends on the network's input — only constants are imported there",
  ],
  [
    'many vectors per image',
    (builder, x) =>
      head(
        builder,
        builder.node('MatMul', [x, builder.constant('float32', [4, 4], ramp(16))], {}, undefined, 'odd'),
        32,
      ),
    "node 'odd' (MatMul): multiplies [1, 2, 4, 4] and [4, 4] — a vector of features per image times a matrix is imported",
  ],
  [
    'computed weights',
    (builder, x) =>
      head(
        builder,
        builder.node(
          'Conv',
          [x, builder.node('Reshape', [x, builder.constant('int64', [4], [1, 2, 4, 4])])],
          {},
          undefined,
          'odd',
        ),
        1,
      ),
    "node 'odd' (Conv): its weight ('x') depends on the network's input — only constants are imported there",
  ],
  [
    'batch axis in the way',
    (builder, x) =>
      head(
        builder,
        builder.node('Reshape', [
          builder.node('Reshape', [x, builder.constant('int64', [2], [2, 16])], {}, undefined, 'odd'),
          builder.constant('int64', [2], [1, 32]),
        ]),
        32,
      ),
    "node 'odd' (Reshape): works on shape [2, 16], whose first axis is no batch of one image — keep the batch axis in front",
  ],
  [
    'an image from a vector',
    (builder, x) => {
      const wide = builder.node('Reshape', [x, builder.constant('int64', [4], [1, 8, 2, 2])]);
      const weight = builder.constant('float32', [1, 8, 1, 1], ramp(8));
      return head(builder, builder.node('Conv', [wide, weight], {}, undefined, 'odd'), 4);
    },
    "node 'odd' (Conv): reads an image of shape [8, 2, 2] that was made of [2, 4, 4] by a reshape — only reshapes that merge or drop axes are imported",
  ],
  [
    'other ways to choose',
    (builder, x) =>
      head(
        builder,
        builder.node(
          'Where',
          [builder.constant('bool', [1], [1]), x, builder.node('Relu', [x])],
          {},
          undefined,
          'odd',
        ),
        32,
      ),
    "node 'odd' (Where): chooses between values — only the padding of the input by a constant pixel is imported: Where(inside, Pad(input), pixel)",
  ],
  [
    'two outputs of pooling',
    (builder, x) => {
      const names = ['pooled', 'indices'];
      builder.node('MaxPool', [x], { kernel_shape: { ints: [2, 2] } }, names, 'odd');
      const indices = builder.node('Cast', ['indices'], { to: { type: 'float32' } });
      return head(builder, builder.node('Add', ['pooled', indices]), 18);
    },
    "node 'odd' (MaxPool): its output Indices is asked for — export without indices",
  ],
  [
    'an image at the end',
    (builder, x) => builder.node('Relu', [x]),
    "output 'y': is an image [2, 4, 4] — a classifier ends in one number per class",
    { output: [1, 2, 4, 4] },
  ],
  [
    'nothing to run',
    (builder, x) => builder.node('Flatten', [x]),
    "output 'y': is the input — there is nothing to run",
    { output: [1, 8], input: [1, 8] },
  ],
  [
    'two images',
    around('Relu'),
    "input 'x': has shape [2, 2, 4, 4] — give one image: [1, channels, height, width], [1, channels, length] or [1, features]",
    { input: [2, 2, 4, 4], output: [2, 3] },
  ],
  [
    'signed pixels',
    (builder, x) => head(builder, builder.node('Cast', [x], { to: { type: 'float32' } }), 32),
    "input 'x': is int8 — images are read as floats, or as uint8 pixels",
    { type: 'int8' },
  ],
  [
    'normalised pixels',
    (builder, x) => head(builder, builder.node('Cast', [x], { to: { type: 'float32' } }), 32),
    "input 'x': is uint8, and a normalisation was given — the file reads pixels as they are: give none",
    { type: 'uint8', import: { normalization: { mean: [0.5], std: [1] } } },
  ],
  [
    'a wrong number of means',
    around('Relu'),
    'normalization.mean: has 3 elements for 2 channels — give one number, or one per channel',
    { import: { normalization: { mean: [0, 0, 0], std: [1] } } },
  ],
  [
    'std of zero',
    around('Relu'),
    'normalization: is mean 0, std 0 — std is above 0',
    { import: { normalization: { mean: [0], std: [0] } } },
  ],
  [
    'wide pixels',
    around('Relu'),
    'inputBits: is 9 — pixel codes have 1 to 8 bits',
    { import: { inputBits: 9 } },
  ],
  [
    'no pixel scale',
    around('Relu'),
    'inputScale: is 0 — give the real value of one step of a pixel, e.g. 1/255',
    { import: { inputScale: 0 } },
  ],
];

describe('refused:', () => {
  for (const [what, build, text, options] of cases)
    test(what, () => {
      expect(refusals(build, options)).toEqual([text]);
    });
});

test('all refusals come at once, and what reads a refused value is passed over', () => {
  const found = refusals((builder, x) => {
    const a = builder.node('Sigmoid', [x], {}, undefined, 'first');
    const b = builder.node('Elu', [builder.node('Relu', [a])], {}, undefined, 'hidden');
    const c = builder.node('Tanh', [x], {}, undefined, 'second');
    return head(builder, builder.node('Add', [b, c]), 32);
  });
  expect(found.map((line) => line.split(':')[0])).toEqual(["node 'first' (Sigmoid)", "node 'second' (Tanh)"]);
});

describe('the end of a classifier is dropped', () => {
  test.each([
    ['Softmax', { axis: { int: 1 } }],
    ['LogSoftmax', { axis: { int: -1 } }],
  ])('%s', (operator, attributes) => {
    const network = imported((builder, x) =>
      builder.node(operator, [head(builder, x, 32)], attributes, undefined, 'end'),
    );
    expect(network.model.graph.output).toBe('fc');
    expect(network.remarks).toEqual([
      {
        place: `node 'end' (${operator})`,
        message: 'dropped: the class is the first maximum of what it reads',
      },
    ]);
  });

  test('Softmax, then ArgMax', () => {
    const network = imported(
      (builder, x) => {
        const scores = builder.node('Softmax', [head(builder, x, 32)]);
        const best = builder.node('ArgMax', [scores], { axis: { int: -1 }, keepdims: { int: 0 } });
        return builder.node('Cast', [best], { to: { type: 'float32' } });
      },
      { output: [1] },
    );
    expect(network.model.graph.output).toBe('fc');
    expect(sketch(network)).toEqual([expect.stringContaining('flatten'), 'fully-connected fc']);
  });
});
