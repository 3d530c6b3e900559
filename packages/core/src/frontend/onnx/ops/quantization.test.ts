import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OnnxElementType } from '../tensor.ts';
import { apply, floats, tensor, values } from './apply.test-support.ts';

describe('QuantizeLinear', () => {
  it.each<[OnnxElementType, number, number[]]>([
    ['int2', 25, [-2, -1, 0, 1, 1]],
    ['uint2', 25, [0, 0, 0, 1, 3]],
    ['int4', 21, [-8, -1, 0, 1, 7]],
    ['uint4', 21, [0, 0, 0, 1, 15]],
    ['int8', 13, [-100, -1, 0, 1, 127]],
    ['uint16', 21, [0, 0, 0, 1, 200]],
    ['int16', 21, [-100, -1, 0, 1, 200]],
  ])('saturates to %s from opset %i', (type, opset, expected) => {
    const inputs = [floats([-100, -1, 0, 1, 200]), floats([1], []), tensor(type, [0], [])];
    const [y] = apply('QuantizeLinear', inputs, { opset });
    expect(y?.type).toBe(type);
    expect(values(y)).toEqual(expected);
    if (opset > 13)
      expect(() => apply('QuantizeLinear', inputs, { opset: opset - 1 })).toThrow(
        `node 'n' (QuantizeLinear): the zero point is of type ${type} [onnx-unsupported]`,
      );
  });

  it('rounds the float32 quotient, ties to even', () => {
    const [y] = apply('QuantizeLinear', [
      floats([0.5, 1.5, 2.5, -0.5]),
      floats([1], []),
      tensor('int8', [10], []),
    ]);
    expect(values(y)).toEqual([10, 12, 12, 10]);
    // 0.05 / 0.02 in float32 is the tie 2.5; the exact quotient of the two lies above it.
    const [a, b] = [Math.fround(0.05), Math.fround(0.02)];
    expect(a / b).toBeGreaterThan(2.5);
    expect(Math.fround(a / b)).toBe(2.5);
    expect(values(apply('QuantizeLinear', [floats([a]), floats([b], [])])[0])).toEqual([2]);
  });

  it('output_dtype since 21 states the type without a zero point', () => {
    const inputs = [floats([-9, 9]), floats([1], [])];
    expect(
      values(apply('QuantizeLinear', inputs, { opset: 21, attributes: { output_dtype: 22 } })[0]),
    ).toEqual([-8, 7]);
    expect(() => apply('QuantizeLinear', inputs, { opset: 21, attributes: { output_dtype: 17 } })).toThrow(
      "attribute 'output_dtype' names element type 17 [onnx-unsupported] — strings, complex, float8 and float4 are not read",
    );
  });

  it('has a scale for each block since 21, the last block shorter', () => {
    const x = floats([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 5]);
    const scale = floats([1, 2, 4, 1, 2, 4], [2, 3]);
    const attributes = { axis: 1, block_size: 2 };
    const [y] = apply('QuantizeLinear', [x, scale], { opset: 21, attributes });
    // 3 / 2 and 5 / 4 -> 2 and 1; 9 / 2 -> 4 (even): row by row, blocks of 2, 2, 1
    expect(values(y)).toEqual([1, 2, 2, 2, 1, 6, 7, 4, 4, 2]);
    const [back] = apply('DequantizeLinear', [y!, scale], { opset: 21, attributes });
    expect(values(back)).toEqual([1, 2, 4, 4, 4, 6, 7, 8, 8, 8]);
  });

  it('per-axis scales begin at 13', () => {
    const inputs = [floats([1, 2], [1, 2]), floats([1, 2])];
    expect(() => apply('QuantizeLinear', inputs, { opset: 10 })).toThrow('per-axis scales begin at 13');
    expect(() => apply('QuantizeLinear', [floats([1, 2], [2, 1]), floats([1, 2])])).toThrow(
      'scale [2] for [2, 1], axis 1, block_size 0 [onnx-invalid] — expected [1]',
    );
  });

  it('is undone by DequantizeLinear to half a step, and exact on the levels', () => {
    const property = fc.property(
      fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -20, max: 4 }),
      fc.integer({ min: -128, max: 127 }),
      (levels, exponent, zero) => {
        const parameters = [floats([2 ** exponent], []), tensor('int8', [zero], [])];
        const [x] = apply('DequantizeLinear', [tensor('int8', levels), ...parameters]);
        expect(values(apply('QuantizeLinear', [x!, ...parameters])[0])).toEqual(levels);
      },
    );
    fc.assert(property);
  });
});

describe('DequantizeLinear', () => {
  it.each<OnnxElementType>(['int2', 'uint2', 'int4', 'uint4', 'int16', 'uint16', 'int32'])(
    'reads %s',
    (type) => {
      const [y] = apply('DequantizeLinear', [tensor(type, [0, 1]), floats([0.5], [])], { opset: 25 });
      expect(values(y)).toEqual([0, 0.5]);
    },
  );

  it('refuses a zero point of another type', () => {
    const inputs = [tensor('int8', [1]), floats([1], []), tensor('uint8', [0], [])];
    expect(() => apply('DequantizeLinear', inputs)).toThrow(
      "node 'n' (DequantizeLinear): x is int8, its zero point uint8 [onnx-invalid] — their types are equal",
    );
  });
});

it('DynamicQuantizeLinear of zeros has scale 1', () => {
  const [y, scale, zero] = apply('DynamicQuantizeLinear', [floats([0, 0])], { outputs: ['y', 's', 'z'] });
  expect([values(y), values(scale), values(zero)]).toEqual([[0, 0], [1], [0]]);
});
