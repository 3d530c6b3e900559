import { OnnxGraphBuilder, type Attribute, type ElementType } from '../onnx/builder.ts';

/** A float32 tensor in the graph being written: its ONNX name and its static shape (batch axis included). */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The shape that two shapes broadcast to (NumPy rules). */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new Error(`shapes [${a.join(',')}] and [${b.join(',')}] do not broadcast`);
    }
    return sizeA === 1 ? sizeB : sizeA;
  });
}

/**
 * Writes ONNX nodes whose shapes are known: the instruction set in which forward operators and
 * backward rules are written. Everything is float32 unless said otherwise.
 */
export class Emitter {
  readonly builder: OnnxGraphBuilder;

  /** @param name the ONNX graph's name. */
  constructor(name: string) {
    this.builder = new OnnxGraphBuilder(name);
  }

  /** Declares a graph input. */
  input(name: string, shape: readonly number[], type: ElementType = 'float32'): Value {
    return { name: this.builder.input(name, type, shape), shape };
  }

  /** Declares a graph output. */
  output(name: string, value: Value, type: ElementType = 'float32'): void {
    this.builder.output(name, value.name, type, value.shape);
  }

  /** Appends any node with one output of a shape that the caller states. */
  node(
    opType: string,
    inputs: readonly (Value | string)[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    const names = inputs.map((input) => (typeof input === 'string' ? input : input.name));
    return { name: this.builder.node(opType, names, attributes), shape };
  }

  /** A float32 scalar constant. */
  scalar(value: number): Value {
    return { name: this.builder.constant('float32', [], [value]), shape: [] };
  }

  /** A float32 constant tensor. */
  constant(shape: readonly number[], values: ArrayLike<number>): Value {
    return { name: this.builder.constant('float32', shape, values), shape };
  }

  /** The name of an int64 vector constant (axes, shapes, slice bounds). */
  integers(values: readonly number[]): string {
    return this.builder.constant('int64', [values.length], values);
  }

  #binary(opType: string, a: Value, b: Value): Value {
    return this.node(opType, [a, b], broadcastShape(a.shape, b.shape));
  }

  add(a: Value, b: Value): Value {
    return this.#binary('Add', a, b);
  }

  subtract(a: Value, b: Value): Value {
    return this.#binary('Sub', a, b);
  }

  multiply(a: Value, b: Value): Value {
    return this.#binary('Mul', a, b);
  }

  divide(a: Value, b: Value): Value {
    return this.#binary('Div', a, b);
  }

  /** `a * factor` with a constant factor. */
  scale(a: Value, factor: number): Value {
    return this.multiply(a, this.scalar(factor));
  }

  maximum(a: Value, b: Value): Value {
    return this.#binary('Max', a, b);
  }

  minimum(a: Value, b: Value): Value {
    return this.#binary('Min', a, b);
  }

  reshape(a: Value, shape: readonly number[]): Value {
    if (elements(a.shape) !== elements(shape)) {
      throw new Error(`cannot reshape [${a.shape.join(',')}] to [${shape.join(',')}]`);
    }
    return this.node('Reshape', [a, this.integers(shape)], shape);
  }

  transpose(a: Value, permutation: readonly number[]): Value {
    const shape = permutation.map((axis) => a.shape[axis] ?? 1);
    return this.node('Transpose', [a], shape, { perm: { ints: permutation } });
  }

  /** Elements `start, start + step, ...` (`length` of them) of one or more axes. */
  slice(
    a: Value,
    axes: readonly {
      readonly axis: number;
      readonly start: number;
      readonly length: number;
      readonly step?: number;
    }[],
  ): Value {
    const shape = [...a.shape];
    for (const { axis, length } of axes) shape[axis] = length;
    return this.node(
      'Slice',
      [
        a,
        this.integers(axes.map(({ start }) => start)),
        this.integers(axes.map(({ start, length, step = 1 }) => start + (length - 1) * step + 1)),
        this.integers(axes.map(({ axis }) => axis)),
        this.integers(axes.map(({ step = 1 }) => step)),
      ],
      shape,
    );
  }

  concat(values: readonly Value[], axis: number): Value {
    const first = values.at(0);
    if (first === undefined) throw new Error('concat needs a value');
    if (values.length === 1) return first;
    const shape = [...first.shape];
    shape[axis] = values.reduce((sum, value) => sum + (value.shape[axis] ?? 0), 0);
    return this.node('Concat', values, shape, { axis: { int: axis } });
  }

  /** Zero padding of the last two axes. */
  padImage(a: Value, top: number, left: number, bottom: number, right: number): Value {
    if (top === 0 && left === 0 && bottom === 0 && right === 0) return a;
    const rank = a.shape.length;
    const lead = a.shape.slice(0, rank - 2);
    const zeros = lead.map(() => 0);
    return this.node(
      'Pad',
      [a, this.integers([...zeros, top, left, ...zeros, bottom, right])],
      [...lead, (a.shape[rank - 2] ?? 0) + top + bottom, (a.shape[rank - 1] ?? 0) + left + right],
    );
  }

  /** Sum over axes; the axes disappear. */
  sum(a: Value, axes: readonly number[]): Value {
    const shape = a.shape.filter((_, axis) => !axes.includes(axis));
    return this.node('ReduceSum', [a, this.integers(axes)], shape, { keepdims: { int: 0 } });
  }

  /** Sum of all elements, a scalar. */
  sumAll(a: Value): Value {
    return this.sum(
      a,
      a.shape.map((_, axis) => axis),
    );
  }

  /** Sum of squares over the last axis; the axis disappears. */
  sumSquaresLast(a: Value): Value {
    return this.node('ReduceSumSquare', [a], a.shape.slice(0, -1), {
      axes: { ints: [a.shape.length - 1] },
      keepdims: { int: 0 },
    });
  }

  /** Batched matrix product of `[..., m, k]` and `[..., n, k]` (the second is read transposed): `[..., m, n]`. */
  multiplyTransposed(a: Value, b: Value): Value {
    const shape = [...a.shape.slice(0, -1), b.shape[b.shape.length - 2] ?? 1];
    return this.node('com.microsoft.FusedMatMul', [a, b], shape, { transB: { int: 1 } });
  }

  /** Sum of the elementwise product of two tensors of one shape `[n, features...]`: a scalar, in one pass. */
  dot(a: Value, b: Value): Value {
    const count = elements(a.shape);
    const rows = a.shape.length > 1 ? (a.shape[0] ?? 1) : 1;
    const products = this.multiplyTransposed(
      this.reshape(a, [rows, 1, count / rows]),
      this.reshape(b, [rows, 1, count / rows]),
    );
    return this.sumAll(products);
  }

  /** 1 where `a > b`, else 0. */
  greater(a: Value, b: Value): Value {
    return this.#mask('Greater', a, b);
  }

  /** 1 where `a < b`, else 0. */
  less(a: Value, b: Value): Value {
    return this.#mask('Less', a, b);
  }

  #mask(opType: string, a: Value, b: Value): Value {
    const mask = this.#binary(opType, a, b);
    return this.node('Cast', [mask], mask.shape, { to: { type: 'float32' } });
  }

  clip(a: Value, min: number, max: number): Value {
    return this.node('Clip', [a, this.scalar(min), this.scalar(max)], a.shape);
  }

  /** Rounds to the nearest integer, ties to even (ONNX Round). */
  round(a: Value): Value {
    return this.node('Round', [a], a.shape);
  }
}
