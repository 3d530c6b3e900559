import type { Random } from '../../../core/src/testing/index.ts';
import type { Value } from './float-application.test-support.ts';
import type { Make } from './float-cases.test-support.ts';
import { integers, reals, scalar, shapeOf } from './float-values.test-support.ts';

type Byte = 'int8' | 'uint8';

function byte(random: Random): Byte {
  return random.pick(['int8', 'uint8']);
}

function levels(random: Random, type: Byte, shape: readonly number[]): Value {
  return integers(random, type, shape, type === 'int8' ? -128 : 0, type === 'int8' ? 127 : 255);
}

/** A scale that is no power of two. */
function scale(random: Random, shape: readonly number[] = []): Value {
  const length = shape.reduce((product, size) => product * size, 1);
  return {
    type: 'float32',
    shape,
    data: Array.from({ length }, () => Math.fround(0.01 + random.unit() / 10)),
  };
}

export const quantizedCases: Readonly<Record<string, Make>> = {
  QuantizeLinear: (random) => {
    const shape = shapeOf(random, 3);
    const perAxis = random.chance(0.5);
    const axis = random.integer(0, 2);
    const of = perAxis ? [shape[axis]] : [];
    const zero = random.chance(0.8) ? [levels(random, byte(random), of)] : [];
    return {
      operator: 'QuantizeLinear',
      inputs: [reals(random, shape, -20, 20), scale(random, of), ...zero],
      attributes: perAxis ? { axis: { int: axis } } : {},
    };
  },
  'QuantizeLinear at ties': (random) => ({
    operator: 'QuantizeLinear',
    inputs: [reals(random, [4, 9]), scalar(1 / 32), levels(random, 'int8', [])],
  }),
  DequantizeLinear: (random) => {
    const shape = shapeOf(random, 3);
    const perAxis = random.chance(0.5);
    const axis = random.integer(0, 2);
    const of = perAxis ? [shape[axis]] : [];
    const type = byte(random);
    const zero = random.chance(0.8) ? [levels(random, type, of)] : [];
    return {
      operator: 'DequantizeLinear',
      inputs: [levels(random, type, shape), scale(random, of), ...zero],
      attributes: perAxis ? { axis: { int: axis - 3 } } : {},
    };
  },
  DynamicQuantizeLinear: (random) => ({
    operator: 'DynamicQuantizeLinear',
    inputs: [reals(random, shapeOf(random, 3), random.integer(-9, 0), random.integer(1, 9))],
    outputs: 3,
  }),
  ConvInteger: (random) => {
    const [batch, channels, filters] = shapeOf(random, 3, 3);
    // ONNX Runtime has kernels for unsigned activations only.
    const x = levels(random, 'uint8', [batch, channels, 5, 6]);
    const w = levels(random, 'uint8', [filters, channels, 3, 2]);
    return {
      operator: 'ConvInteger',
      inputs: [x, w, scalar(random.integer(0, 255), 'uint8'), scalar(random.integer(0, 255), 'uint8')],
      attributes: { pads: { ints: [1, 0, 1, 1] }, strides: { ints: [2, 1] } },
    };
  },
  MatMulInteger: (random) => {
    const [m, k, n] = shapeOf(random, 3, 6);
    const type = byte(random);
    return {
      operator: 'MatMulInteger',
      inputs: [
        levels(random, 'uint8', [m, k]),
        levels(random, type, [k, n]),
        scalar(random.integer(0, 255), 'uint8'),
        levels(random, type, random.chance(0.5) ? [] : [n]),
      ],
      constants: [1, 3],
    };
  },
  QLinearConv: (random) => {
    const [batch, channels, filters] = shapeOf(random, 3, 4);
    const perFilter = random.chance(0.5) ? [filters] : [];
    return {
      operator: 'QLinearConv',
      inputs: [
        levels(random, 'uint8', [batch, channels, 5, 6]),
        scale(random),
        levels(random, 'uint8', []),
        levels(random, 'int8', [filters, channels, 3, 2]),
        scale(random, perFilter),
        { type: 'int8', shape: perFilter, data: new Array<number>(perFilter[0] ?? 1).fill(0) },
        scalar(Math.fround(0.5 + random.unit())),
        levels(random, 'uint8', []),
        integers(random, 'int32', [filters], -5000, 5000),
      ],
      attributes: { pads: { ints: [1, 0, 1, 1] } },
      constants: [1, 2, 3, 4, 5, 6, 7, 8],
    };
  },
  QLinearMatMul: (random) => {
    const [m, k, n] = shapeOf(random, 3, 6);
    return {
      operator: 'QLinearMatMul',
      inputs: [
        levels(random, 'uint8', [m, k]),
        scale(random),
        levels(random, 'uint8', []),
        levels(random, 'int8', [k, n]),
        scale(random),
        levels(random, 'int8', []),
        scalar(Math.fround(0.5 + random.unit())),
        levels(random, 'uint8', []),
      ],
      constants: [1, 2, 3, 4, 5, 6, 7],
    };
  },
};
