import { elementTypes } from './element-type.ts';
import { bfloat16Value, float16Value } from './half.ts';
import type { OnnxElementType, OnnxTensorData } from './tensor.ts';

/** Bytes that `count` elements take in `raw_data`: below 8 bits they are packed, the last byte filled up. */
export function rawByteLength(type: OnnxElementType, count: number): number {
  return Math.ceil((count * elementTypes[type].bits) / 8);
}

/** An array of zeros with the storage that {@link OnnxTensorData} prescribes for the type. */
export function allocate(type: OnnxElementType, count: number): OnnxTensorData {
  switch (type) {
    case 'float32':
    case 'float16':
    case 'bfloat16':
      return new Float32Array(count);
    case 'float64':
      return new Float64Array(count);
    case 'int2':
    case 'int4':
    case 'int8':
      return new Int8Array(count);
    case 'uint2':
    case 'uint4':
    case 'uint8':
    case 'bool':
      return new Uint8Array(count);
    case 'int16':
      return new Int16Array(count);
    case 'uint16':
      return new Uint16Array(count);
    case 'int32':
      return new Int32Array(count);
    case 'uint32':
      return new Uint32Array(count);
    case 'int64':
      return new BigInt64Array(count);
    case 'uint64':
      return new BigUint64Array(count);
    default:
      throw new Error(`no such element type: ${String(type satisfies never)}`);
  }
}

/** Element `index` of a row of packed `bits`-wide elements, lowest bits first. */
function packedElement(bytes: ArrayLike<number>, index: number, bits: number, isSigned: boolean): number {
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  const code = (bytes[Math.floor(index / perByte)] >> (bits * (index % perByte))) & mask;
  return isSigned && code > mask >> 1 ? code - mask - 1 : code;
}

/**
 * Elements from the bytes of `raw_data`, which are little-endian, as every engine of today stores
 * typed arrays: one copy, also where the bytes are not aligned.
 *
 * @param bytes exactly {@link rawByteLength} bytes.
 */
export function fromRawBytes(type: OnnxElementType, count: number, bytes: Uint8Array): OnnxTensorData {
  const data = allocate(type, count);
  switch (type) {
    case 'int2':
    case 'uint2':
    case 'int4':
    case 'uint4': {
      const { bits } = elementTypes[type];
      const isSigned = type === 'int2' || type === 'int4';
      for (let i = 0; i < count; i++) data[i] = packedElement(bytes, i, bits, isSigned);
      return data;
    }
    case 'float16':
    case 'bfloat16': {
      const value = type === 'float16' ? float16Value : bfloat16Value;
      for (let i = 0; i < count; i++) data[i] = value(bytes[2 * i] | (bytes[2 * i + 1] << 8));
      return data;
    }
    case 'bool':
      for (let i = 0; i < count; i++) data[i] = bytes[i] === 0 ? 0 : 1;
      return data;
    default:
      new Uint8Array(data.buffer).set(bytes);
      return data;
  }
}

/**
 * Like {@link fromRawBytes}, but without a copy where the bytes are stored as the elements are and
 * stand at a multiple of their width: the tensor then shares the memory of `bytes`.
 */
export function viewRawBytes(type: OnnxElementType, count: number, bytes: Uint8Array): OnnxTensorData {
  const { buffer, byteOffset } = bytes;
  if (byteOffset % (elementTypes[type].bits / 8) !== 0) return fromRawBytes(type, count, bytes);
  switch (type) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float64':
      return new Float64Array(buffer, byteOffset, count);
    case 'int8':
      return new Int8Array(buffer, byteOffset, count);
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count);
    case 'int16':
      return new Int16Array(buffer, byteOffset, count);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int32':
      return new Int32Array(buffer, byteOffset, count);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count);
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, count);
    case 'uint64':
      return new BigUint64Array(buffer, byteOffset, count);
    default:
      return fromRawBytes(type, count, bytes);
  }
}

/**
 * Elements from the typed field of a TensorProto ({@link elementTypes} says which): float16 and
 * bfloat16 as bit patterns in int32_data, elements below 8 bits packed into bytes, one byte an item.
 *
 * @returns the data, or the index of the first item that does not fit the type.
 */
export function fromPackedFields(
  type: OnnxElementType,
  count: number,
  values: readonly number[] | readonly bigint[],
): { readonly data: OnnxTensorData } | { readonly wrongIndex: number } {
  const data = allocate(type, count);
  for (let i = 0; i < values.length; i++) if (!fits(type, values[i])) return { wrongIndex: i };
  switch (type) {
    case 'int2':
    case 'uint2':
    case 'int4':
    case 'uint4': {
      const { bits } = elementTypes[type];
      const isSigned = type === 'int2' || type === 'int4';
      for (let i = 0; i < count; i++) data[i] = packedElement(values as readonly number[], i, bits, isSigned);
      return { data };
    }
    case 'float16':
    case 'bfloat16': {
      const value = type === 'float16' ? float16Value : bfloat16Value;
      for (let i = 0; i < count; i++) data[i] = value(Number(values[i]));
      return { data };
    }
    case 'bool':
      for (let i = 0; i < count; i++) data[i] = values[i] === 0 ? 0 : 1;
      return { data };
    default:
      if (data instanceof BigInt64Array || data instanceof BigUint64Array)
        for (let i = 0; i < count; i++) data[i] = BigInt(values[i]);
      else for (let i = 0; i < count; i++) data[i] = Number(values[i]);
      return { data };
  }
}

function fits(type: OnnxElementType, value: number | bigint): boolean {
  switch (type) {
    case 'int8':
      return value >= -128 && value <= 127;
    case 'int16':
      return value >= -32768 && value <= 32767;
    case 'uint8':
      return value >= 0 && value <= 255;
    case 'int2':
    case 'uint2':
    case 'int4':
    case 'uint4':
      // A byte; some writers sign-extend it.
      return value >= -128 && value <= 255;
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return value >= 0 && value <= 65535;
    case 'uint32':
      return value <= 4294967295n;
    default:
      return true;
  }
}
