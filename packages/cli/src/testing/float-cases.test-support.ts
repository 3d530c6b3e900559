import type { Attribute } from '@tally/core';
import type { Random } from '../../../core/src/testing/index.ts';
import type { Application, Value } from './float-application.test-support.ts';
import {
  broadcasting,
  integers,
  reals,
  scalar,
  shapeOf,
  someAxes,
  vector,
} from './float-values.test-support.ts';
import { windowCases } from './float-window-cases.test-support.ts';
import { movementCases } from './float-movement-cases.test-support.ts';
import { quantizedCases } from './float-quantized-cases.test-support.ts';

/** Makes a random application of one operator. */
export type Make = (random: Random) => Application;

function unary(operator: string, attributes: Readonly<Record<string, Attribute>> = {}, low = -4): Make {
  return (random) => ({
    operator,
    inputs: [reals(random, shapeOf(random, random.integer(1, 4)), low)],
    attributes,
  });
}

function operands(random: Random): readonly [number[], number[]] {
  const shape = shapeOf(random, random.integer(1, 4));
  const other = broadcasting(random, shape);
  return random.chance(0.5) ? [shape, other] : [other, shape];
}

function binary(operator: string, types: readonly ('float32' | 'int32' | 'int64')[]): Make {
  return (random) => {
    const [a, b] = operands(random);
    const type = types[random.integer(0, types.length - 1)];
    const nonzero = (value: Value): Value => ({ ...value, data: value.data.map((x) => (x === 0 ? 3 : x)) });
    if (type === 'float32') return { operator, inputs: [reals(random, a), nonzero(reals(random, b))] };
    return {
      operator,
      inputs: [
        integers(random, type, a, -90_000, 90_000),
        nonzero(integers(random, type, b, -90_000, 90_000)),
      ],
    };
  };
}

function variadic(operator: string): Make {
  return (random) => {
    const shape = shapeOf(random, 3);
    const inputs = Array.from({ length: random.integer(1, 4) }, () =>
      reals(random, broadcasting(random, shape)),
    );
    return { operator, inputs };
  };
}

/** Reductions whose axes are still attributes at opset 17. */
function reduction(operator: string): Make {
  return (random) => {
    const shape = shapeOf(random, random.integer(1, 4));
    const keepdims = { int: random.integer(0, 1) };
    const axes = random.chance(0.8) ? { axes: { ints: someAxes(random, shape.length) } } : {};
    return { operator, inputs: [reals(random, shape)], attributes: { keepdims, ...axes } };
  };
}

const NUMBERS = ['float32', 'int32', 'int64'] as const;

const elementwise: Readonly<Record<string, Make>> = {
  Relu: unary('Relu'),
  LeakyRelu: unary('LeakyRelu', { alpha: { float: 0.125 } }),
  Elu: unary('Elu', { alpha: { float: 0.5 } }),
  Sigmoid: unary('Sigmoid'),
  Tanh: unary('Tanh'),
  HardSigmoid: unary('HardSigmoid', { alpha: { float: 0.25 } }),
  HardSwish: unary('HardSwish'),
  Softplus: unary('Softplus'),
  Softsign: unary('Softsign'),
  Abs: unary('Abs'),
  Neg: unary('Neg'),
  Sign: unary('Sign'),
  Round: unary('Round'),
  Sqrt: unary('Sqrt', {}, 0),
  Exp: unary('Exp'),
  Log: unary('Log', {}, 1),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Reciprocal: unary('Reciprocal', {}, 1),
  Add: binary('Add', NUMBERS),
  Sub: binary('Sub', NUMBERS),
  Mul: binary('Mul', NUMBERS),
  Div: binary('Div', NUMBERS),
  Equal: binary('Equal', NUMBERS),
  Greater: binary('Greater', NUMBERS),
  Less: binary('Less', NUMBERS),
  GreaterOrEqual: binary('GreaterOrEqual', NUMBERS),
  LessOrEqual: binary('LessOrEqual', NUMBERS),
  Pow: (random) => {
    const [a, b] = operands(random);
    return { operator: 'Pow', inputs: [reals(random, a, 1), reals(random, b)] };
  },
  Min: variadic('Min'),
  Max: variadic('Max'),
  Sum: variadic('Sum'),
  Mean: variadic('Mean'),
  PRelu: (random) => {
    const shape = shapeOf(random, random.integer(1, 4));
    return { operator: 'PRelu', inputs: [reals(random, shape), reals(random, broadcasting(random, shape))] };
  },
  Clip: (random) => {
    const bound = (value: number): Value | null => (random.chance(0.3) ? null : scalar(value));
    return { operator: 'Clip', inputs: [reals(random, shapeOf(random, 3)), bound(-1.5), bound(1.25)] };
  },
  Where: (random) => {
    const shape = shapeOf(random, 3);
    const condition = integers(random, 'bool', broadcasting(random, shape), 0, 1);
    return {
      operator: 'Where',
      inputs: [condition, reals(random, shape), reals(random, broadcasting(random, shape))],
    };
  },
  Not: (random) => ({ operator: 'Not', inputs: [integers(random, 'bool', shapeOf(random, 2), 0, 1)] }),
  ...Object.fromEntries(
    ['And', 'Or', 'Xor'].map((operator): [string, Make] => [
      operator,
      (random) => {
        const [a, b] = operands(random);
        return { operator, inputs: [integers(random, 'bool', a, 0, 1), integers(random, 'bool', b, 0, 1)] };
      },
    ]),
  ),
};

const alongAxes: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(
    ['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceSumSquare', 'ReduceL1', 'ReduceL2'].map(
      (operator): [string, Make] => [operator, reduction(operator)],
    ),
  ),
  ReduceSum: (random) => {
    const shape = shapeOf(random, random.integer(1, 4));
    const type = random.pick(['float32', 'int64']);
    const x = type === 'float32' ? reals(random, shape) : integers(random, type, shape, -99, 99);
    const attributes = {
      keepdims: { int: random.integer(0, 1) },
      noop_with_empty_axes: { int: random.integer(0, 1) },
    };
    const axes = random.chance(0.8) ? [vector(someAxes(random, shape.length))] : [];
    return { operator: 'ReduceSum', inputs: [x, ...axes], attributes, constants: [1] };
  },
  ...Object.fromEntries(
    ['Softmax', 'LogSoftmax'].map((operator): [string, Make] => [
      operator,
      (random) => {
        const shape = shapeOf(random, random.integer(1, 4));
        const axis = { int: random.integer(-shape.length, shape.length - 1) };
        return { operator, inputs: [reals(random, shape, -40, 40)], attributes: { axis } };
      },
    ]),
  ),
  ...Object.fromEntries(
    ['ArgMax', 'ArgMin'].map((operator): [string, Make] => [
      operator,
      (random) => {
        const shape = shapeOf(random, random.integer(1, 4));
        const attributes = {
          axis: { int: random.integer(-shape.length, shape.length - 1) },
          keepdims: { int: random.integer(0, 1) },
          select_last_index: { int: random.integer(0, 1) },
        };
        return { operator, inputs: [integers(random, 'float32', shape, -2, 2)], attributes };
      },
    ]),
  ),
  TopK: (random) => {
    const shape = shapeOf(random, random.integer(1, 3), 6);
    const axis = random.integer(-shape.length, shape.length - 1);
    const k = random.integer(1, shape.at(axis)!);
    const attributes = { axis: { int: axis }, largest: { int: random.integer(0, 1) } };
    return {
      operator: 'TopK',
      inputs: [integers(random, 'float32', shape, -3, 3), vector([k])],
      attributes,
      outputs: 2,
    };
  },
};

/** A maker of random applications for each operator that ONNX Runtime can check. */
export const floatCases: Readonly<Record<string, Make>> = {
  ...elementwise,
  ...alongAxes,
  ...windowCases,
  ...movementCases,
  ...quantizedCases,
};
