import type { EvaluationContext } from '../../operator.ts';
import type { OnnxElementType, OnnxTensor, OnnxTensorData } from '../../tensor.ts';
import { unsupported } from './problem.ts';

/**
 * Most elements of one tensor that evaluation makes: 2^26, 256 MiB of float32. A file of a few bytes
 * may ask for any shape (Expand, Tile, ConstantOfShape ...); this bounds what it can make us allocate.
 */
export const MAX_ELEMENTS = 2 ** 26;

export const FLOAT_TYPES: readonly OnnxElementType[] = ['float32', 'float64', 'float16', 'bfloat16'];
/** Integers on which ONNX defines arithmetic. */
export const INTEGER_TYPES: readonly OnnxElementType[] = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
];
export const NUMERIC_TYPES: readonly OnnxElementType[] = [...FLOAT_TYPES, ...INTEGER_TYPES];

/** Data whose elements are bigints. */
export type BigData = BigInt64Array | BigUint64Array;
/** Data whose elements are numbers. */
export type NumberData = Exclude<OnnxTensorData, BigData>;

/** Whether elements are bigints (int64, uint64). */
export function isBig(data: OnnxTensorData): data is BigData {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

/** Zeros of the storage that `tensor.ts` prescribes for the type. */
function zeros(type: OnnxElementType, length: number): OnnxTensorData {
  switch (type) {
    case 'float32':
    case 'float16':
    case 'bfloat16':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int2':
    case 'int4':
    case 'int8':
      return new Int8Array(length);
    case 'uint2':
    case 'uint4':
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    default:
      throw new Error(`no such element type: ${String(type satisfies never)}`);
  }
}

/**
 * Zeros for a tensor of `length` elements.
 *
 * @throws TallyError `onnx-unsupported` beyond {@link MAX_ELEMENTS}.
 */
export function allocate(context: EvaluationContext, type: OnnxElementType, length: number): OnnxTensorData {
  checkLength(context, length);
  return zeros(type, length);
}

/** Refuses tensors beyond {@link MAX_ELEMENTS}, before anything of their size is allocated. */
export function checkLength(context: EvaluationContext, length: number): void {
  if (length > MAX_ELEMENTS)
    unsupported(context, `makes a tensor of ${length} elements`, `at most ${MAX_ELEMENTS} are evaluated`);
}

/** Refuses element types that the operator does not evaluate. */
export function checkType(
  context: EvaluationContext,
  what: string,
  tensor: OnnxTensor,
  allowed: readonly OnnxElementType[],
): void {
  if (!allowed.includes(tensor.type))
    unsupported(context, `${what} is of type ${tensor.type}`, `use one of ${allowed.join(', ')}`);
}

const bits = new DataView(new ArrayBuffer(8));

/**
 * Rounds to a binary format with `fraction` stored bits and exponents from `lowest`, ties to even; beyond
 * `largest` plus half a step lies infinity.
 */
function roundToFormat(value: number, fraction: number, lowest: number, largest: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  bits.setFloat64(0, value);
  const exponent = Math.max(((bits.getUint16(0) >> 4) & 0x7ff) - 1023, lowest);
  const step = 2 ** (exponent - fraction);
  const rounded = roundHalfEven(value / step) * step;
  return Math.abs(rounded) > largest ? Math.sign(value) * Infinity : rounded;
}

/** Nearest IEEE 754 binary16 value, ties to even. */
export function roundToFloat16(value: number): number {
  return roundToFormat(value, 10, -14, 65504);
}

/** Nearest bfloat16 value, ties to even. */
export function roundToBfloat16(value: number): number {
  return roundToFormat(value, 7, -126, (2 - 2 ** -7) * 2 ** 127);
}

/** Nearest integer, ties to even (IEEE 754 roundTiesToEven, ONNX `Round`). */
export function roundHalfEven(value: number): number {
  if (value === 0 || !(Math.abs(value) < 2 ** 52)) return value;
  // From 2^52 on float64 has no fractions: the addition itself rounds, ties to even.
  const magnitude = Math.abs(value) + 2 ** 52 - 2 ** 52;
  return value < 0 ? -magnitude : magnitude;
}

/** The rounding of one float64 result to a float type. Integer and bool types: the value itself. */
export function rounderOf(type: OnnxElementType): (value: number) => number {
  switch (type) {
    case 'float32':
      return Math.fround;
    case 'float16':
      return roundToFloat16;
    case 'bfloat16':
      return roundToBfloat16;
    case 'float64':
    case 'int2':
    case 'uint2':
    case 'int4':
    case 'uint4':
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
    case 'bool':
      return (value) => value;
    default:
      throw new Error(`no such element type: ${String(type satisfies never)}`);
  }
}

/** A float tensor from float64 results, each rounded once to `type`. */
export function fromFloat64(
  type: OnnxElementType,
  shape: readonly number[],
  values: Float64Array,
): OnnxTensor {
  if (type === 'float64') return { type, shape, data: values };
  const data = Float32Array.from(values);
  if (type !== 'float32') {
    const round = rounderOf(type);
    for (let i = 0; i < data.length; i++) data[i] = round(values[i]);
  }
  return { type, shape, data };
}

/** Elements as numbers; 64-bit integers are converted (exact up to 2^53). */
export function numbersOf(tensor: OnnxTensor): NumberData {
  return isBig(tensor.data) ? Float64Array.from(tensor.data, Number) : tensor.data;
}

/** Elements as float64, a copy or the data itself. */
export function float64Of(tensor: OnnxTensor): Float64Array {
  const data = numbersOf(tensor);
  return data instanceof Float64Array ? data : Float64Array.from(data);
}

/** Range of an integer type, both ends included; null for floats, bool and 64-bit integers. */
export function integerRange(type: OnnxElementType): readonly [low: number, high: number] | null {
  const match = /^(u?)int(2|4|8|16|32)$/.exec(type);
  if (match === null) return null;
  const width = Number(match[2]);
  return match[1] === 'u' ? [0, 2 ** width - 1] : [-(2 ** (width - 1)), 2 ** (width - 1) - 1];
}
