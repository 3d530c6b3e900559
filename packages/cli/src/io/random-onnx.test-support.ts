import { OnnxGraphBuilder, Random, type Attribute } from '@tally/core';

type Image = readonly [channels: number, height: number, width: number];

/** A value of the graph, `[1, c, h, w]`. */
interface Value {
  readonly name: string;
  readonly shape: Image;
}

/** A float classifier as an ONNX file. */
export interface RandomFile {
  readonly bytes: Uint8Array;
  readonly shape: Image;
  /** Operators in the order of the file, for the message of a failing case. */
  readonly operators: readonly string[];
}

/** Makes one random graph; values stay around 1 so that float32 differences mean the same everywhere. */
class Sketch {
  readonly builder = new OnnxGraphBuilder('random');
  readonly operators: string[] = [];
  readonly random: Random;
  readonly made: Value[] = [];
  /** The input, and what is only a multiple of it. */
  readonly scaledImages = new Set(['image']);

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  below(count: number): number {
    return this.random.below(count);
  }

  chance(): boolean {
    return this.random.unit() < 0.5;
  }

  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }

  /** `count` numbers in `centre - spread .. centre + spread`. */
  numbers(count: number, spread: number, centre = 0): Float32Array {
    return Float32Array.from({ length: count }, () => centre + spread * (2 * this.random.unit() - 1));
  }

  constant(shape: readonly number[], values: ArrayLike<number>): string {
    return this.builder.constant('float32', shape, values);
  }

  integers(values: readonly number[]): string {
    return this.builder.constant('int64', [values.length], values);
  }

  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.operators.push(`${operator}${JSON.stringify(attributes)}`);
    return this.builder.node(operator, inputs, attributes);
  }

  value(name: string, shape: Image): Value {
    const value = { name, shape };
    this.made.push(value);
    return value;
  }
}

type Step = (sketch: Sketch, x: Value) => Value;

function windowed(size: number, kernel: number, stride: number, pads: number, ceil = false): number {
  const room = (size + pads - kernel) / stride;
  return (ceil ? Math.ceil(room) : Math.floor(room)) + 1;
}

const conv: Step = (s, x) => {
  const [c, h, w] = x.shape;
  const groups = c % 2 === 0 && s.chance() ? s.pick([2, c]) : 1;
  const out = groups * (1 + s.below(4));
  const kernel = [1 + s.below(Math.min(3, h)), 1 + s.below(Math.min(3, w))] as const;
  const dilation = kernel.map((size, i) =>
    size > 1 && (size - 1) * 2 < (i === 0 ? h : w) && s.chance() ? 2 : 1,
  );
  const extent = kernel.map((size, i) => (size - 1) * (dilation[i] ?? 1) + 1);
  const stride = [1 + s.below(2), 1 + s.below(2)];
  // Now and then padding as wide as the kernel, which becomes a pad node.
  const most = extent.map((size) => (s.below(6) === 0 ? size + 1 : size));
  const pads = [0, 1, 0, 1].map((axis) => s.below(most[axis] ?? 1));
  const inputs = [
    x.name,
    s.constant(
      [out, c / groups, ...kernel],
      s.numbers(
        (out * c * kernel[0] * kernel[1]) / groups,
        1.5 / Math.sqrt((c / groups) * kernel[0] * kernel[1]),
      ),
    ),
  ];
  if (s.chance()) inputs.push(s.constant([out], s.numbers(out, 0.3)));
  const name = s.node('Conv', inputs, {
    group: { int: groups },
    dilations: { ints: dilation },
    strides: { ints: stride },
    pads: { ints: pads },
  });
  const size = (axis: 0 | 1, length: number): number =>
    windowed(length, extent[axis] ?? 1, stride[axis] ?? 1, (pads[axis] ?? 0) + (pads[axis + 2] ?? 0));
  return s.value(name, [out, size(0, h), size(1, w)]);
};

const batchNorm: Step = (s, x) => {
  const [c] = x.shape;
  const parameters = [s.numbers(c, 0.5, 1), s.numbers(c, 0.3), s.numbers(c, 0.3), s.numbers(c, 0.4, 1)];
  const inputs = parameters.map((values) => s.constant([c], values));
  return s.value(s.node('BatchNormalization', [x.name, ...inputs], { epsilon: { float: 1e-3 } }), x.shape);
};

const relu: Step = (s, x) => s.value(s.node('Relu', [x.name]), x.shape);

const clip: Step = (s, x) => {
  const min = s.chance() ? s.constant([], [s.pick([0, -0.5])]) : '';
  return s.value(s.node('Clip', [x.name, min, s.constant([], [1.5])]), x.shape);
};

const leakyRelu: Step = (s, x) => {
  const attributes = s.chance() ? {} : { alpha: { float: s.pick([0.1, 0, 1, 1.5]) } };
  return s.value(s.node('LeakyRelu', [x.name], attributes), x.shape);
};

const hardSigmoid: Step = (s, x) => {
  const attributes = s.chance() ? {} : { alpha: { float: 1 / 6 }, beta: { float: s.pick([0.5, -0.25]) } };
  return s.value(s.node('HardSigmoid', [x.name], attributes), x.shape);
};

const withConstant: Step = (s, x) => {
  const [c] = x.shape;
  // What is 0 after an Add or Sub of the image is no pixel code, and its padding rounded to one: scaled only.
  const operator = s.pick(s.scaledImages.has(x.name) ? ['Mul', 'Div'] : ['Add', 'Sub', 'Mul', 'Div']);
  const [shape, count] = s.pick([
    [[], 1],
    [[1, c, 1, 1], c],
    [[c, 1, 1], c],
    [[1], 1],
  ] as const);
  const constant = s.constant(shape, s.numbers(count, 0.4, operator === 'Mul' || operator === 'Div' ? 1 : 0));
  const isFlipped = operator !== 'Div' && s.chance();
  const name = s.node(operator, isFlipped ? [constant, x.name] : [x.name, constant]);
  if (s.scaledImages.has(x.name)) s.scaledImages.add(name);
  return s.value(name, x.shape);
};

/** Sum with an earlier value of the same shape (or itself). */
const residual: Step = (s, x) => {
  const other = s.pick(s.made.filter(({ shape }) => shape.join() === x.shape.join()));
  return s.value(s.node('Add', [x.name, other.name]), x.shape);
};

const concat: Step = (s, x) => {
  const [, h, w] = x.shape;
  const other = s.pick(s.made.filter(({ shape }) => shape.slice(1).join() === [h, w].join()));
  const channels = x.shape[0] + other.shape[0];
  return channels > 12
    ? x
    : s.value(s.node('Concat', [other.name, x.name], { axis: { int: 1 } }), [channels, h, w]);
};

const slice: Step = (s, x) => {
  const axis = s.below(3);
  const size = x.shape[axis] ?? 1;
  if (size < 3) return x;
  const step = s.pick([1, 2]);
  const [start, end] = [s.below(2), s.pick([size, -1, 2 ** 31 - 1])];
  const length = Math.ceil(((end < 0 ? size + end : Math.min(size, end)) - start) / step);
  const name = s.node('Slice', [
    x.name,
    s.integers([start]),
    s.integers([end]),
    s.integers([axis + 1]),
    s.integers([step]),
  ]);
  const [c, h, w] = x.shape.map((old, i) => (i === axis ? length : old));
  return s.value(name, [c, h, w]);
};

const split: Step = (s, x) => {
  const [c, h, w] = x.shape;
  if (c < 2) return x;
  const first = 1 + s.below(c - 1);
  const names = [s.builder.fresh('part'), s.builder.fresh('part')];
  s.operators.push('Split');
  s.builder.node('Split', [x.name, s.integers([first, c - first])], { axis: { int: 1 } }, names);
  const [a = '', b = ''] = names;
  s.value(a, [first, h, w]);
  s.value(b, [c - first, h, w]);
  return s.value(s.node('Concat', [b, a], { axis: { int: -3 } }), x.shape);
};

const upsample: Step = (s, x) => {
  const [c, h, w] = x.shape;
  if (h * w > 40) return x;
  const [down, across] = [1 + s.below(3), 1 + s.below(3)];
  const [coordinates, nearest] = s.pick([
    ['asymmetric', 'floor'],
    ['half_pixel', 'round_prefer_floor'],
    ['half_pixel', 'round_prefer_ceil'],
  ] as const);
  const how = s.chance()
    ? [s.constant([4], [1, 1, down, across])]
    : ['', s.integers([1, c, h * down, w * across])];
  const name = s.node('Resize', [x.name, '', ...how], {
    coordinate_transformation_mode: { string: coordinates },
    nearest_mode: { string: nearest },
  });
  return s.value(name, [c, h * down, w * across]);
};

const pad: Step = (s, x) => {
  const [c, h, w] = x.shape;
  const pads = [0, s.below(6) === 0 ? 1 : 0, s.below(2), s.below(2), 0, 0, s.below(2), s.below(2)];
  const grown = (size: number, axis: number): number => size + (pads[axis] ?? 0) + (pads[axis + 4] ?? 0);
  const shape = [grown(c, 1), grown(h, 2), grown(w, 3)] as const;
  return s.value(s.node('Pad', [x.name, s.integers(pads)], { mode: { string: 'constant' } }), shape);
};

const maxPool: Step = (s, x) => {
  const [c, h, w] = x.shape;
  const kernel = Math.min(h, w, 2 + s.below(2));
  const stride = 1 + s.below(2);
  const pad = kernel > 1 ? s.below(2) : 0;
  // A last window in the padding alone is dropped by ONNX Runtime's kernel and not by its shape inference.
  const ceil = [h, w].every(
    (length) => (windowed(length, kernel, stride, 2 * pad, true) - 1) * stride < length + pad,
  );
  const size = (length: number): number => windowed(length, kernel, stride, 2 * pad, ceil);
  const name = s.node('MaxPool', [x.name], {
    kernel_shape: { ints: [kernel, kernel] },
    strides: { ints: [stride, stride] },
    pads: { ints: [pad, pad, pad, pad] },
    ceil_mode: { int: Number(ceil) },
  });
  return s.value(name, [c, size(h), size(w)]);
};

const averagePool: Step = (s, x) => {
  const [c, h, w] = x.shape;
  const kernel = Math.min(h, w, 2);
  const pad = kernel > 1 ? s.below(2) : 0;
  const name = s.node('AveragePool', [x.name], {
    kernel_shape: { ints: [kernel, kernel] },
    pads: { ints: [pad, pad, pad, pad] },
    count_include_pad: { int: 1 },
  });
  return s.value(name, [c, windowed(h, kernel, 1, 2 * pad), windowed(w, kernel, 1, 2 * pad)]);
};

const STEPS: readonly Step[] = [
  conv,
  conv,
  conv,
  batchNorm,
  relu,
  clip,
  leakyRelu,
  hardSigmoid,
  withConstant,
  residual,
  concat,
  slice,
  split,
  upsample,
  pad,
  maxPool,
  averagePool,
];

/** `[1, f]` of the last image, by one of the ways exporters write it. */
function vectorOf(s: Sketch, x: Value): readonly [string, number] {
  const [c, h, w] = x.shape;
  switch (s.below(4)) {
    case 0:
      return [s.node('Flatten', [x.name]), c * h * w];
    case 1:
      return [s.node('Reshape', [x.name, s.integers([1, -1])]), c * h * w];
    case 2:
      return [s.node('ReduceMean', [x.name], { axes: { ints: [-1, 2] }, keepdims: { int: 0 } }), c];
    default:
      return [s.node('Squeeze', [s.node('GlobalAveragePool', [x.name]), s.integers([2, 3])]), c];
  }
}

/** A random classifier of 5 classes: 1 to 8 random operators on an image, then one or two linear layers. */
export function randomFile(seed: number): RandomFile {
  const s = new Sketch(seed);
  const shape: Image = [1 + s.below(4), 4 + s.below(5), 4 + s.below(5)];
  let x = s.value(s.builder.input('image', 'float32', [1, ...shape]), shape);
  for (let left = 1 + s.below(8); left > 0; left--) x = s.pick(STEPS)(s, x);
  let [name, features] = vectorOf(s, x);
  const classes = 5;
  if (s.chance()) {
    const weights = s.constant([features, 6], s.numbers(features * 6, 1 / Math.sqrt(features)));
    name = s.node('Relu', [
      s.node('Add', [s.node('MatMul', [name, weights]), s.constant([6], s.numbers(6, 0.2))]),
    ]);
    features = 6;
  }
  const transB = s.below(2);
  const weights = s.numbers(features * classes, 1.5 / Math.sqrt(features));
  const inputs = [name, s.constant(transB === 1 ? [classes, features] : [features, classes], weights)];
  if (s.chance()) inputs.push(s.constant([classes], s.numbers(classes, 0.2)));
  const logits = s.node('Gemm', inputs, {
    transB: { int: transB },
    alpha: { float: s.pick([1, 0.5]) },
    beta: { float: s.pick([1, 2]) },
  });
  s.builder.output('logits', logits, 'float32', [1, classes]);
  return { bytes: s.builder.encode(), shape, operators: s.operators };
}
