import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TensorProtoSchema } from '../../onnx/onnx_pb.gen.ts';
import { decodeTensorFile } from './decode-tensor.ts';
import { elementTypes } from './element-type.ts';
import { bfloat16Value, float16Value } from './half.ts';
import { refusal, type TensorInit } from './model.test-support.ts';
import type { OnnxElementType, OnnxTensor } from './tensor.ts';

function decode(init: TensorInit): OnnxTensor {
  return decodeTensorFile(toBinary(TensorProtoSchema, create(TensorProtoSchema, init))).tensor;
}

function said(init: TensorInit): string {
  const [{ code, path, message }] = refusal(() => decode(init));
  return `${code} @ ${path}: ${message}`;
}

function little(write: (view: DataView) => void, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** Values, their raw bytes and their typed field, written by DataView. */
const cases: Readonly<
  Record<
    string,
    {
      type: OnnxElementType;
      write: (view: DataView, at: number, value: number) => void;
      range: [number, number];
    }
  >
> = {
  int8: { type: 'int8', write: (v, i, x) => v.setInt8(i, x), range: [-128, 127] },
  uint8: { type: 'uint8', write: (v, i, x) => v.setUint8(i, x), range: [0, 255] },
  int16: { type: 'int16', write: (v, i, x) => v.setInt16(2 * i, x, true), range: [-32768, 32767] },
  uint16: { type: 'uint16', write: (v, i, x) => v.setUint16(2 * i, x, true), range: [0, 65535] },
  int32: { type: 'int32', write: (v, i, x) => v.setInt32(4 * i, x, true), range: [-(2 ** 31), 2 ** 31 - 1] },
  uint32: { type: 'uint32', write: (v, i, x) => v.setUint32(4 * i, x, true), range: [0, 2 ** 32 - 1] },
  int64: {
    type: 'int64',
    write: (v, i, x) => v.setBigInt64(8 * i, BigInt(x), true),
    range: [-(2 ** 53), 2 ** 53],
  },
  uint64: { type: 'uint64', write: (v, i, x) => v.setBigUint64(8 * i, BigInt(x), true), range: [0, 2 ** 53] },
};

describe('tensors', () => {
  for (const [name, { type, write, range }] of Object.entries(cases)) {
    it(`of ${name} read the same from raw_data and from their own field`, () => {
      const [min, max] = range;
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: Math.max(min, -(2 ** 53) + 1), max: Math.min(max, 2 ** 53 - 1) }), {
            maxLength: 9,
          }),
          (values) => {
            const { number, bits, field } = elementTypes[type];
            const rawData = little(
              (view) => values.forEach((value, i) => write(view, i, value)),
              (values.length * bits) / 8,
            );
            const dims = [BigInt(values.length)];
            const raw = decode({ dims, dataType: number, rawData });
            expect(Array.from(raw.data, Number)).toEqual(values);
            const typed = field === 'int64Data' || field === 'uint64Data' ? values.map(BigInt) : values;
            expect(decode({ dims, dataType: number, [field]: typed })).toEqual(raw);
          },
        ),
      );
    });
  }

  it('of float32, float64 and bool read the same from both', () => {
    const bytes = new Uint8Array(Float32Array.of(1.5, -0.1).buffer);
    expect(decode({ dims: [2n], dataType: 1, rawData: bytes })).toEqual(
      decode({ dims: [2n], dataType: 1, floatData: [1.5, Math.fround(-0.1)] }),
    );
    const doubles = new Uint8Array(Float64Array.of(0.1, 1e300).buffer);
    expect(decode({ dims: [1n, 2n], dataType: 11, rawData: doubles })).toEqual(
      decode({ dims: [1n, 2n], dataType: 11, doubleData: [0.1, 1e300] }),
    );
    const flags = { type: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) };
    expect(decode({ dims: [3n], dataType: 9, rawData: Uint8Array.of(1, 0, 7) })).toEqual(flags);
    expect(decode({ dims: [3n], dataType: 9, int32Data: [1, 0, 1] })).toEqual(flags);
  });

  it('below 8 bits are unpacked, lowest bits first', () => {
    // 0x21: low nibble 1, high nibble 2; 0x8f: low nibble 15 (-1), high nibble 8 (-8).
    const nibbles = Uint8Array.of(0x21, 0x8f);
    expect(decode({ dims: [4n], dataType: 21, rawData: nibbles }).data).toEqual(Uint8Array.of(1, 2, 15, 8));
    expect(decode({ dims: [3n], dataType: 22, rawData: nibbles }).data).toEqual(Int8Array.of(1, 2, -1));
    expect(decode({ dims: [4n], dataType: 22, int32Data: [0x21, 0x8f] }).data).toEqual(
      Int8Array.of(1, 2, -1, -8),
    );
    // 0b11_10_01_00: elements 0, 1, 2, 3; signed 0, 1, -2, -1.
    const pairs = Uint8Array.of(0b11100100);
    expect(decode({ dims: [4n], dataType: 25, rawData: pairs }).data).toEqual(Uint8Array.of(0, 1, 2, 3));
    expect(decode({ dims: [2n, 2n], dataType: 26, rawData: pairs }).data).toEqual(Int8Array.of(0, 1, -2, -1));
    expect(decode({ dims: [3n], dataType: 26, int32Data: [0b11100100] }).data).toEqual(
      Int8Array.of(0, 1, -2),
    );
  });

  it('of float16 and bfloat16 have the values of all 65,536 codes', () => {
    const view = new DataView(new ArrayBuffer(4));
    const wrong: number[] = [];
    for (let code = 0; code < 65536; code++) {
      view.setUint32(0, code * 65536);
      if (!Object.is(bfloat16Value(code), view.getFloat32(0))) wrong.push(code);
      // A finite float16 is a whole number of its smallest step, 2^-24, of at most 11 bits; the rest are not finite.
      const steps = Math.abs(float16Value(code)) * 2 ** 24;
      const exponent = (code >> 10) & 31;
      const fraction = code & 1023;
      const expected =
        exponent === 31
          ? fraction === 0
            ? Infinity
            : NaN
          : exponent === 0
            ? fraction
            : (1024 + fraction) * 2 ** (exponent - 1);
      if (
        !Object.is(steps, expected) ||
        (!Number.isNaN(steps) && Object.is(Math.sign(float16Value(code)), code < 32768 ? -1 : 1))
      )
        wrong.push(code);
    }
    expect(wrong).toEqual([]);
    expect([0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555].map(float16Value)).toEqual([
      1,
      -2,
      2 ** -24,
      65504,
      0.333251953125,
    ]);
    // Codes order the positive values, each step one unit in the last place.
    for (let code = 1; code <= 0x7c00; code++)
      expect(float16Value(code)).toBeGreaterThan(float16Value(code - 1));
    const raw = Uint8Array.of(0x00, 0x3c, 0x00, 0xc0);
    expect(decode({ dims: [2n], dataType: 10, rawData: raw }).data).toEqual(Float32Array.of(1, -2));
    expect(decode({ dims: [2n], dataType: 10, int32Data: [0x3c00, 0xc000] }).data).toEqual(
      Float32Array.of(1, -2),
    );
    expect(decode({ dims: [1n], dataType: 16, int32Data: [0x3f80] })).toEqual({
      type: 'bfloat16',
      shape: [1],
      data: Float32Array.of(1),
    });
  });

  it('whose data do not fit are refused before anything is allocated', () => {
    expect(said({ name: 'w', dims: [64n, 3n], dataType: 1, rawData: new Uint8Array(100) })).toBe(
      "onnx-tensor-data @ tensor 'w'.raw_data: shape [64, 3] of float32 takes 768 bytes, but 100 are stored",
    );
    expect(said({ dims: [2n], dataType: 1, floatData: [1] })).toBe(
      'onnx-tensor-data @ tensor.float_data: shape [2] of float32 takes 2 items, but 1 are stored',
    );
    expect(said({ dims: [3n], dataType: 22, int32Data: [1] })).toBe(
      'onnx-tensor-data @ tensor.int32_data: shape [3] of int4 takes 2 items, but 1 are stored',
    );
    expect(said({ dims: [1n], dataType: 3, int32Data: [128] })).toBe(
      'onnx-tensor-data @ tensor.int32_data[0]: 128 does not fit int8',
    );
    const huge = BigInt(2 ** 31 - 1);
    const before = process.memoryUsage().arrayBuffers;
    expect(
      said({ dims: new Array<bigint>(16).fill(huge), dataType: 1, rawData: new Uint8Array(4) }),
    ).toContain('onnx-tensor-data');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
    expect(said({ dims: [2n ** 31n], dataType: 1 })).toBe(
      'onnx-dimension @ tensor.dims[0]: dimension 2147483648; a dimension is between 0 and 2147483647',
    );
    expect(said({ dims: [1n, -1n], dataType: 1 })).toBe(
      'onnx-dimension @ tensor.dims[1]: dimension -1; a dimension is between 0 and 2147483647',
    );
    expect(said({ dims: new Array<bigint>(17).fill(1n), dataType: 1 })).toBe(
      'onnx-dimension @ tensor.dims: 17 axes; at most 16 are read',
    );
    expect(said({ dims: [1n], dataType: 1, segment: {} })).toBe(
      'onnx-tensor-data @ tensor.segment: tensors in segments are not read',
    );
  });

  it('may be empty or scalars', () => {
    expect(decode({ dims: [0n, 5n], dataType: 1 })).toEqual({
      type: 'float32',
      shape: [0, 5],
      data: new Float32Array(0),
    });
    expect(decode({ dims: [], dataType: 7, int64Data: [-5n] })).toEqual({
      type: 'int64',
      shape: [],
      data: BigInt64Array.of(-5n),
    });
  });
});
