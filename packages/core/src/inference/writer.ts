import { OnnxGraphBuilder, type Attribute, type ElementType } from '../onnx/builder.ts';

/** Real numbers in float64, `[batch, ...]`. */
export interface Reals {
  readonly kind: 'reals';
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Codes less their zero point, in float32, which holds them exactly: the real value is `step * element`.
 * Elements are multiples of `unit` (1/2 where the zero point is a half) and `reach` at most in magnitude.
 */
export interface Codes {
  readonly kind: 'codes';
  readonly name: string;
  readonly shape: readonly number[];
  readonly step: number;
  readonly reach: number;
  readonly unit: 1 | 0.5;
}

/** A value of a model in the graph that is written. */
export type Held = Reals | Codes;

type Elements = 'float32' | 'float64';

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Where a strided slice begins, its elements and its stride, axis by axis behind the batch. */
export interface SliceAxes {
  readonly start: readonly number[];
  readonly size: readonly number[];
  readonly step: readonly number[];
}

/** Writes ONNX nodes on values that are codes or reals; shapes are known, constants have the type of what they meet. */
export class Writer {
  readonly builder: OnnxGraphBuilder;

  /** @param name of the ONNX graph. */
  constructor(name: string) {
    this.builder = new OnnxGraphBuilder(name);
  }

  /** A float64 constant that meets every element, or one per channel of `[batch, channels, ...]`. */
  constant(values: ArrayLike<number>, rank: number): string {
    if (values.length === 1) return this.builder.constant('float64', [], values);
    const trailing = Array.from({ length: rank - 2 }, () => 1);
    return this.builder.constant('float64', [1, values.length, ...trailing], values);
  }

  integers(values: readonly number[]): string {
    return this.builder.constant('int64', [values.length], values);
  }

  cast(name: string, to: ElementType): string {
    return this.builder.node('Cast', [name], { to: { type: to } });
  }

  /** One node on reals, float64 in and out. */
  reals(
    operator: string,
    inputs: readonly string[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Reals {
    return { kind: 'reals', name: this.builder.node(operator, inputs, attributes), shape };
  }

  /** The real value: codes times their step, exact (a code has 8 bits, a step 24). */
  toReals(value: Held): Reals {
    if (value.kind === 'reals') return value;
    const wide = this.cast(value.name, 'float64');
    return this.reals('Mul', [wide, this.constant([value.step], 0)], value.shape);
  }

  /** A node that moves, selects or compares elements: codes stay codes. */
  onElements<Value extends Held>(
    value: Value,
    operator: string,
    inputs: readonly string[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return { ...value, name: this.builder.node(operator, [value.name, ...inputs], attributes), shape };
  }

  reshape<Value extends Held>(value: Value, shape: readonly number[]): Value {
    return this.onElements(value, 'Reshape', [this.integers(shape)], shape);
  }

  /**
   * Zeros (the real 0) around the axes behind the batch. Joined to the value: a `Pad` node before a pool is taken into
   * the pool by ONNX Runtime, where it no longer is zeros.
   */
  pad<Value extends Held>(value: Value, before: readonly number[], after: readonly number[]): Value {
    let padded = value;
    const zeros = (axis: number, size: number): readonly string[] => {
      if (size === 0) return [];
      const shape = padded.shape.map((own, other) => (other === axis ? size : own));
      return [this.builder.constant(this.elementType(value), shape, new Float64Array(elements(shape)))];
    };
    for (const [index, size] of before.entries()) {
      const axis = index + 1;
      const first = zeros(axis, size);
      const last = zeros(axis, after[index]);
      if (first.length + last.length === 0) continue;
      const shape = padded.shape.map((own, other) => (other === axis ? size + own + after[index] : own));
      const inputs = [...first, padded.name, ...last];
      padded = { ...padded, name: this.builder.node('Concat', inputs, { axis: { int: axis } }), shape };
    }
    return padded;
  }

  /** The larger, or the smaller, of every element and a constant. `Clip` of float64 behind a ReLU is more than ONNX Runtime takes. */
  bounded<Value extends Held>(value: Value, operator: 'Max' | 'Min', bound: number): Value {
    const constant = this.builder.constant(this.elementType(value), [], [bound]);
    return this.onElements(value, operator, [constant], value.shape);
  }

  /** `max(x, 0) + alpha min(x, 0)`: one of the two is 0. */
  leaky(value: Reals, alpha: number): Reals {
    const below = this.bounded(value, 'Min', 0);
    const slope = this.constant([alpha], 0);
    return this.add(this.bounded(value, 'Max', 0), this.reals('Mul', [below.name, slope], value.shape));
  }

  slice<Value extends Held>(value: Value, { start, size, step }: SliceAxes): Value {
    const axes = size.map((_, index) => index + 1);
    const isWhole = axes.every((axis, i) => step[i] === 1 && size[i] === value.shape[axis]);
    if (isWhole) return value;
    const end = start.map((first, i) => first + (size[i] - 1) * step[i] + 1);
    const bounds = [start, end, axes, step].map((values) => this.integers(values));
    return this.onElements(value, 'Slice', bounds, [value.shape[0], ...size]);
  }

  /** Each pixel of `[batch, c, h, w]` as often as the factors say. */
  upsample<Value extends Held>(value: Value, [down, across]: readonly [number, number]): Value {
    const [batch, channels, height, width] = value.shape;
    const apart = this.reshape(value, [batch, channels, height, 1, width, 1]);
    const repeats = [batch, channels, height, down, width, across];
    const repeated = this.onElements(apart, 'Expand', [this.integers(repeats)], repeats);
    return this.reshape(repeated, [batch, channels, height * down, width * across]);
  }

  /** The type of a value's elements. */
  elementType({ kind }: Held): Elements {
    return kind === 'codes' ? 'float32' : 'float64';
  }

  add(a: Reals, b: Reals): Reals {
    return this.reals('Add', [a.name, b.name], a.shape);
  }
}
