import type { Attribute } from '@tally/core';
import type { Make } from './float-cases.test-support.ts';
import { integers, reals, scalar, shapeOf, someAxes, vector } from './float-values.test-support.ts';

/** Operators that move, repeat or convert elements. */
export const movementCases: Readonly<Record<string, Make>> = {
  Concat: (random) => {
    const shape = shapeOf(random, random.integer(1, 4));
    const axis = random.integer(0, shape.length - 1);
    const inputs = Array.from({ length: random.integer(1, 3) }, () =>
      reals(random, shape.with(axis, random.integer(1, 4))),
    );
    return {
      operator: 'Concat',
      inputs,
      attributes: { axis: { int: axis - random.integer(0, 1) * shape.length } },
    };
  },
  Split: (random) => {
    const parts = Array.from({ length: random.integer(1, 3) }, () => random.integer(1, 3));
    const shape = shapeOf(random, random.integer(1, 4));
    const axis = random.integer(0, shape.length - 1);
    const total = parts.reduce((sum, part) => sum + part, 0);
    return {
      operator: 'Split',
      inputs: [reals(random, shape.with(axis, total)), vector(parts)],
      attributes: { axis: { int: axis } },
      outputs: parts.length,
      constants: [1],
    };
  },
  Slice: (random) => {
    const shape = shapeOf(random, random.integer(1, 4), 6);
    const axes = someAxes(random, shape.length);
    const bound = (): number => random.pick([0, 1, 2, 5, -1, -2, -6, 99, -99]);
    return {
      operator: 'Slice',
      inputs: [
        reals(random, shape),
        vector(axes.map(bound)),
        vector(axes.map(bound)),
        vector(axes),
        vector(axes.map(() => random.pick([1, 1, 2, 3, -1, -2]))),
      ],
    };
  },
  Pad: (random) => {
    const shape = shapeOf(random, random.integer(1, 4), 5);
    const mode = random.pick(['constant', 'edge', 'reflect']);
    // Reflection reaches at most size - 1 elements in ONNX Runtime.
    const pads = [...shape, ...shape].map((size) => random.integer(0, mode === 'reflect' ? size - 1 : 2));
    const value = mode === 'constant' && random.chance(0.5) ? [scalar(1.5)] : [];
    return {
      operator: 'Pad',
      inputs: [reals(random, shape), vector(pads), ...value],
      attributes: { mode: { string: mode } },
      constants: [1],
    };
  },
  'Pad with crops': (random) => ({
    operator: 'Pad',
    inputs: [
      reals(random, [random.integer(2, 4), random.integer(2, 4)]),
      vector([random.integer(-1, 2), random.integer(-1, 2), random.integer(-1, 2), random.integer(-1, 2)]),
    ],
    constants: [1],
  }),
  Reshape: (random) => {
    const [a, b, c] = shapeOf(random, 3);
    const target = random.pick<readonly number[]>([[-1], [0, -1], [b * c, a], [c, -1, a], [0, 0, c, 1]]);
    return { operator: 'Reshape', inputs: [reals(random, [a, b, c]), vector(target)], constants: [1] };
  },
  Flatten: (random) => ({
    operator: 'Flatten',
    inputs: [reals(random, shapeOf(random, 4))],
    attributes: { axis: { int: random.integer(-4, 4) } },
  }),
  Transpose: (random) => {
    const perm = [0, 1, 2, 3].map((axis) => ({ axis, key: random.unit() })).sort((a, b) => a.key - b.key);
    return {
      operator: 'Transpose',
      inputs: [reals(random, shapeOf(random, 4))],
      attributes: random.chance(0.8) ? { perm: { ints: perm.map(({ axis }) => axis) } } : {},
    };
  },
  Squeeze: (random) => ({
    operator: 'Squeeze',
    inputs: [
      reals(random, [1, random.integer(2, 4), 1, 1]),
      ...(random.chance(0.7)
        ? [vector(random.pick<readonly number[]>([[0], [-1], [0, 2], [3, 0, -2]]))]
        : []),
    ],
    constants: [1],
  }),
  Unsqueeze: (random) => ({
    operator: 'Unsqueeze',
    inputs: [
      reals(random, shapeOf(random, 2)),
      vector(random.pick<readonly number[]>([[0], [-1], [0, 2], [4, 0, 2], [-2, 1]])),
    ],
    constants: [1],
  }),
  Expand: (random) => {
    const [a, b] = shapeOf(random, 2);
    return {
      operator: 'Expand',
      inputs: [
        reals(random, [a, 1]),
        vector(random.pick<readonly number[]>([[b], [1, b], [3, 1, b], [1], [a, 1]])),
      ],
      constants: [1],
    };
  },
  Tile: (random) => {
    const shape = shapeOf(random, random.integer(1, 4), 3);
    return {
      operator: 'Tile',
      inputs: [reals(random, shape), vector(shape.map(() => random.integer(1, 3)))],
      constants: [1],
    };
  },
  Gather: (random) => {
    const shape = shapeOf(random, random.integer(1, 4));
    const axis = random.integer(0, shape.length - 1);
    const size = shape[axis];
    const indices = integers(
      random,
      random.pick(['int32', 'int64']),
      shapeOf(random, random.integer(0, 2)),
      -size,
      size - 1,
    );
    return {
      operator: 'Gather',
      inputs: [reals(random, shape), indices],
      attributes: { axis: { int: axis } },
    };
  },
  Shape: (random) => ({
    operator: 'Shape',
    inputs: [reals(random, shapeOf(random, 4))],
    attributes: { start: { int: random.integer(-5, 5) }, end: { int: random.integer(-5, 5) } },
  }),
  Size: (random) => ({ operator: 'Size', inputs: [reals(random, shapeOf(random, 3))] }),
  Range: (random) => {
    const type = random.pick(['float32', 'int32', 'int64']);
    const delta = random.pick([1, 2, 3, -1, -2]);
    const bounds = [random.integer(-9, 9), random.integer(-9, 9), delta].map((value) => scalar(value, type));
    return { operator: 'Range', inputs: bounds, constants: [0, 1, 2] };
  },
  ConstantOfShape: (random) => ({
    operator: 'ConstantOfShape',
    inputs: [vector(shapeOf(random, random.integer(0, 3)))],
    constants: [0],
  }),
  Constant: (random) => ({
    operator: 'Constant',
    inputs: [],
    attributes: random.pick<Readonly<Record<string, Attribute>>>([
      { value_float: { float: 0.1 } },
      { value_int: { int: -3 } },
      { value_floats: { floats: [1, 0.1] } },
      { value_ints: { ints: [3, -4, 5] } },
    ]),
  }),
  Identity: (random) => ({ operator: 'Identity', inputs: [reals(random, shapeOf(random, 2))] }),
  Cast: (random) => {
    const shape = shapeOf(random, 2);
    const to = { type: random.pick(['float32', 'float64', 'int8', 'uint8', 'int32', 'int64', 'bool']) };
    const x =
      to.type === 'uint8' || random.chance(0.5)
        ? integers(random, random.pick(['int32', 'int64', 'uint8']), shape, 0, 255)
        : reals(random, shape, -100, 100);
    return { operator: 'Cast', inputs: [x], attributes: { to } };
  },
};
