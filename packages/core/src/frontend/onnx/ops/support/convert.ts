import type { EvaluationContext } from '../../operator.ts';
import type { OnnxElementType, OnnxTensor } from '../../tensor.ts';
import { allocate, FLOAT_TYPES, integerRange, isBig, rounderOf } from './elements.ts';
import { unsupported } from './problem.ts';

/** Element types by their number in TensorProto.DataType. */
const TYPES: ReadonlyMap<number, OnnxElementType> = new Map([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
  [21, 'uint4'],
  [22, 'int4'],
  [25, 'uint2'],
  [26, 'int2'],
]);

/** The element type that an attribute names by its number. */
export function typeOfNumber(context: EvaluationContext, name: string, number: number): OnnxElementType {
  return (
    TYPES.get(number) ??
    unsupported(
      context,
      `attribute '${name}' names element type ${number}`,
      'strings, complex, float8 and float4 are not read',
    )
  );
}

/** Range of a 64-bit type. */
function bigRange(type: OnnxElementType): readonly [low: bigint, high: bigint] {
  return type === 'uint64' ? [0n, 2n ** 64n - 1n] : [-(2n ** 63n), 2n ** 63n - 1n];
}

/** Low bits of an integer, in the type's range. */
function wrap(value: number, [low, high]: readonly [number, number]): number {
  const period = high - low + 1;
  return ((((value - low) % period) + period) % period) + low;
}

/**
 * Elements in another type. To floats: the nearest value. Float to integer: towards zero; out of range,
 * where ONNX defines nothing, the nearest end of the range, NaN is 0. Integer to integer: low bits, as
 * in C. To bool: whether not zero.
 */
export function convert(context: EvaluationContext, x: OnnxTensor, type: OnnxElementType): OnnxTensor {
  if (x.type === type) return x;
  const data = allocate(context, type, x.data.length);
  const from = x.data;
  const floating = FLOAT_TYPES.includes(x.type);
  if (isBig(data)) {
    const [low, high] = bigRange(type);
    for (let i = 0; i < data.length; i++) {
      const value = from[i];
      if (typeof value === 'bigint') data[i] = value;
      else if (Number.isNaN(value)) data[i] = 0n;
      else if (Math.abs(value) === Infinity) data[i] = value > 0 ? high : low;
      else {
        const whole = BigInt(Math.trunc(value));
        data[i] = !floating ? whole : whole < low ? low : whole > high ? high : whole;
      }
    }
    return { type, shape: x.shape, data };
  }
  const range = integerRange(type);
  const round = rounderOf(type);
  for (let i = 0; i < data.length; i++) {
    const value = from[i];
    if (type === 'bool') data[i] = Number(value) === 0 ? 0 : 1;
    else if (range === null) data[i] = round(Number(value));
    else if (typeof value === 'bigint') data[i] = wrap(Number(BigInt.asIntN(32, value)), range);
    else if (!floating) data[i] = wrap(value, range);
    else data[i] = Number.isNaN(value) ? 0 : Math.max(range[0], Math.min(range[1], Math.trunc(value)));
  }
  return { type, shape: x.shape, data };
}
