import type { Attribute } from '@tally/core';
import type { Random } from '../../../core/src/testing/index.ts';
import type { Make } from './float-cases.test-support.ts';
import { broadcasting, integers, reals, scalar, shapeOf } from './float-values.test-support.ts';

/** A window that fits its input. */
interface Window {
  readonly sizes: readonly number[];
  readonly kernel: readonly number[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** @param dilated whether dilations and explicit pads together may be drawn (poolings want pads < kernel). */
function randomWindow(random: Random, dilated: boolean): Window {
  const rank = random.integer(1, 2);
  const mode = random.pick(['NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  const axes = Array.from({ length: rank }, () => {
    const kernel = random.integer(1, 3);
    const dilation = dilated ? random.integer(1, 2) : 1;
    const extent = (kernel - 1) * dilation + 1;
    // With SAME a stride beyond the kernel makes ONNX Runtime's poolings pad by less than nothing.
    const stride = random.integer(1, mode.startsWith('SAME') ? kernel : 3);
    return { kernel, dilation, stride, size: extent + random.integer(0, 5) };
  });
  const kernel = axes.map((axis) => axis.kernel);
  const pads = [...kernel, ...kernel].map((size) => random.integer(0, size - 1));
  return {
    sizes: axes.map((axis) => axis.size),
    kernel,
    attributes: {
      kernel_shape: { ints: kernel },
      strides: { ints: axes.map((axis) => axis.stride) },
      ...(mode === 'NOTSET' ? { pads: { ints: pads } } : { auto_pad: { string: mode } }),
      // ONNX Runtime's SAME padding leaves dilation out of account in some versions.
      ...(dilated && mode === 'NOTSET' ? { dilations: { ints: axes.map((axis) => axis.dilation) } } : {}),
    },
  };
}

function pool(operator: string, extra: (random: Random) => Record<string, Attribute>, outputs = 1): Make {
  return (random) => {
    const { sizes, attributes } = randomWindow(random, operator === 'MaxPool');
    return {
      operator,
      inputs: [reals(random, [random.integer(1, 2), random.integer(1, 3), ...sizes])],
      attributes: { ...attributes, ...extra(random) },
      outputs,
    };
  };
}

const bit = (random: Random): Attribute => ({ int: random.integer(0, 1) });

/** Convolutions, products and poolings. */
export const windowCases: Readonly<Record<string, Make>> = {
  Conv: (random) => {
    const { sizes, kernel, attributes } = randomWindow(random, true);
    const group = random.integer(1, 3);
    const depth = random.integer(1, 3);
    const filters = group * random.integer(1, 5);
    const bias = random.chance(0.5) ? [reals(random, [filters])] : [];
    return {
      operator: 'Conv',
      inputs: [
        reals(random, [random.integer(1, 2), group * depth, ...sizes]),
        reals(random, [filters, depth, ...kernel]),
        ...bias,
      ],
      attributes: { ...attributes, group: { int: group } },
    };
  },
  MaxPool: pool('MaxPool', (random) => ({ ceil_mode: bit(random) })),
  'MaxPool with indices': pool('MaxPool', (random) => ({ storage_order: bit(random) }), 2),
  AveragePool: pool('AveragePool', (random) => ({ count_include_pad: bit(random), ceil_mode: bit(random) })),
  GlobalAveragePool: (random) => ({
    operator: 'GlobalAveragePool',
    inputs: [reals(random, shapeOf(random, 4))],
  }),
  GlobalMaxPool: (random) => ({ operator: 'GlobalMaxPool', inputs: [reals(random, shapeOf(random, 4))] }),
  LRN: (random) => ({
    operator: 'LRN',
    inputs: [reals(random, [1, 6, 2, 2])],
    // ONNX Runtime wants an odd size.
    attributes: { size: { int: random.pick([1, 3, 5]) }, alpha: { float: 0.5 }, bias: { float: 2 } },
  }),
  BatchNormalization: (random) => {
    const shape = shapeOf(random, random.integer(2, 4));
    const channel = (low: number): ReturnType<typeof reals> => reals(random, [shape[1]], low);
    return {
      operator: 'BatchNormalization',
      inputs: [reals(random, shape), channel(-4), channel(-4), channel(-4), channel(1)],
      attributes: { epsilon: { float: 0.001 } },
    };
  },
  Gemm: (random) => {
    const [m, k, n] = shapeOf(random, 3, 7);
    const [transA, transB] = [random.integer(0, 1), random.integer(0, 1)];
    const c = random.chance(0.3) ? [] : [reals(random, broadcasting(random, [m, n]))];
    return {
      operator: 'Gemm',
      inputs: [
        reals(random, transA === 1 ? [k, m] : [m, k]),
        reals(random, transB === 1 ? [n, k] : [k, n]),
        ...c,
      ],
      attributes: {
        transA: { int: transA },
        transB: { int: transB },
        alpha: { float: 0.5 },
        beta: { float: 2 },
      },
    };
  },
  MatMul: (random) => {
    const [m, k, n] = shapeOf(random, 3, 6);
    const batch = shapeOf(random, random.integer(0, 2), 3);
    const a = random.chance(0.2) ? [k] : [...broadcasting(random, batch), m, k];
    const b = random.chance(0.2) ? [k] : [...batch, k, n];
    return random.chance(0.8)
      ? { operator: 'MatMul', inputs: [reals(random, a), reals(random, b)] }
      : {
          operator: 'MatMul',
          inputs: [integers(random, 'int32', a, -99, 99), integers(random, 'int32', b, -99, 99)],
        };
  },
  Resize: (random) => {
    const shape = shapeOf(random, 4, 5);
    const linear = random.chance(0.5);
    const coordinates = random.pick(['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric']);
    const ratios = [random.pick([0.5, 1.5, 2, 3]), random.pick([0.5, 1.5, 2, 3])];
    const sizes = [shape[0], shape[1], Math.ceil(shape[2] * ratios[0]), Math.ceil(shape[3] * ratios[1])];
    return {
      operator: 'Resize',
      inputs: [reals(random, shape), null, null, { type: 'int64', shape: [4], data: sizes }],
      attributes: {
        mode: { string: linear ? 'linear' : 'nearest' },
        coordinate_transformation_mode: { string: coordinates },
        nearest_mode: { string: random.pick(['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']) },
      },
      constants: [3],
    };
  },
  'Resize by scales': (random) => {
    const shape = shapeOf(random, 4, 5);
    const scales = [1, 1, random.pick([1, 2, 3, 4]), random.pick([1, 2, 3, 4])];
    return {
      operator: 'Resize',
      inputs: [reals(random, shape), null, { type: 'float32', shape: [4], data: scales }],
      attributes: {
        mode: { string: random.pick(['nearest', 'linear', 'cubic']) },
        coordinate_transformation_mode: {
          string: random.pick(['half_pixel', 'align_corners', 'asymmetric']),
        },
        nearest_mode: { string: 'floor' },
      },
      constants: [2],
    };
  },
  Dropout: (random) => ({
    operator: 'Dropout',
    inputs: [reals(random, shapeOf(random, 2)), scalar(0.5)],
    outputs: 2,
  }),
};
