import type { CodeFormat } from '../../network/codes.ts';
import type { Shape } from '../../network/network.ts';
import type { NumberData } from '../onnx/ops/support/elements.ts';
import type { InputAffine } from './input-affine.ts';

/** Zeros around a value `[c, h, w]`. */
export interface Zeros {
  readonly before: readonly [channels: number, rows: number, columns: number];
  readonly after: readonly [channels: number, rows: number, columns: number];
}

/** How QuantizeLinear made integers of a value: DequantizeLinear must say the same. */
export interface IntegerScale {
  readonly scale: number;
  readonly zeroPoint: number;
}

/**
 * A value of the ONNX graph that depends on the network's input. Its elements are, in row-major order,
 * those of the model's value `id` after the pending `affine` and `zeros`: a Reshape that only merges or
 * drops axes changes nothing here. What is pending waits for a reader that can take it in (a convolution
 * its padding, the first layer the normalisation) and becomes nodes for any other.
 */
export interface Activation {
  readonly kind: 'activation';
  /** Model node, or `input`. */
  readonly id: string;
  /** Of the model's value: `[c, h, w]` or `[features]`. */
  readonly shape: Shape;
  /** Pending normalisation; only of the network's input. */
  readonly affine: InputAffine | null;
  /** Pending zeros, outside `affine`. */
  readonly zeros: Zeros | null;
  /** Set between QuantizeLinear and DequantizeLinear: the ONNX value is the integer, the model's the real value. */
  readonly integers: IntegerScale | null;
}

/** What a quantizer node says about a constant: value = scale * code exactly, before one float32 rounding. */
export interface ConstantQuantization {
  /** Zero point taken off already. */
  readonly codes: Int32Array;
  /** One, or one per element. */
  readonly scales: Float32Array;
  /** Code system of the codes, or why there is none on the macro. */
  readonly format: CodeFormat | { readonly refusal: string; readonly remedy: string };
}

/** A value of the ONNX graph that does not depend on the input. */
export interface ConstantValue {
  readonly kind: 'constant';
  /** Name of the initializer that it began as. */
  readonly origin: string;
  readonly shape: readonly number[];
  readonly data: NumberData;
  /** Smallest and largest code, where a Clip of stored weight codes gives them. */
  readonly range?: { readonly low: number; readonly high: number };
  readonly quantization: ConstantQuantization | null;
}

/** What is left of a value after the class is known already: Softmax and what follows it. */
export interface Tail {
  readonly kind: 'tail';
  readonly of: Activation;
}

/** Made by a refused node: whatever reads it is not looked at. */
export interface Refused {
  readonly kind: 'refused';
}

export type ImportedValue = Activation | ConstantValue | Tail | Refused;

/** Product of the sizes. */
export function countOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The shape of an activation's ONNX value without its batch axis, before any reshape. */
export function paddedShape({ shape, zeros }: Activation): Shape {
  if (zeros === null) return shape;
  return shape.map((size, axis) => size + (zeros.before[axis] ?? 0) + (zeros.after[axis] ?? 0));
}
