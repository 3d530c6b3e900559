import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, floats, ints, tensor, values } from '../apply.test-support.ts';
import { bfloat16Value, float16Value } from '../../half.ts';
import { roundHalfEven, roundToBfloat16, roundToFloat16 } from './elements.ts';
import { multiplyRows } from './product.ts';

describe('rounding to half precision', () => {
  const every = (value: (bits: number) => number): number[] =>
    Array.from({ length: 0x7f80 }, (_, bits) => value(bits)).filter(Number.isFinite);

  it.each([
    ['float16', roundToFloat16, every(float16Value)],
    ['bfloat16', roundToBfloat16, every(bfloat16Value)],
  ] as const)('%s: the nearest of all its values, of two the one with the even last bit', (_, round, all) => {
    const property = fc.property(
      fc.nat(all.length - 2),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (i, t) => {
        const [low, high] = [all[i], all[i + 1]];
        const x = low + (high - low) * t;
        const middle = low + (high - low) / 2;
        const expected = x < middle ? low : x > middle ? high : i % 2 === 0 ? low : high;
        expect(round(x)).toBe(expected);
        expect(round(-x)).toBe(-expected);
        expect(round(middle)).toBe(i % 2 === 0 ? low : high);
      },
    );
    fc.assert(property, { numRuns: 2000 });
    expect(round(Infinity)).toBe(Infinity);
    expect(round(NaN)).toBeNaN();
  });

  it('overflows at half a step past the largest value', () => {
    expect(roundToFloat16(65519.99)).toBe(65504);
    expect(roundToFloat16(65520)).toBe(Infinity);
    expect(roundToFloat16(-1e9)).toBe(-Infinity);
  });
});

it('ties go to even, far values stay', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4999, 2 ** 52 + 1].map(roundHalfEven)).toEqual([
    0,
    2,
    2,
    -0,
    -2,
    2,
    2 ** 52 + 1,
  ]);
});

it('the blocked product is the plain one, to the bit', () => {
  const property = fc.property(
    fc.nat(9),
    fc.nat(7),
    fc.nat(6),
    fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 54 + 42, maxLength: 54 + 42 }),
    (rows, columns, depth, numbers) => {
      const left = Float64Array.from(numbers.slice(0, 54)).subarray(0, rows * depth);
      const right = Float64Array.from(numbers.slice(54)).subarray(0, columns * depth);
      const out = new Float64Array(rows * columns);
      multiplyRows(left, rows, right, columns, depth, out);
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          let sum = 0;
          for (let k = 0; k < depth; k++) sum += left[r * depth + k] * right[c * depth + k];
          expect(out[r * columns + c]).toBe(sum);
        }
      }
    },
  );
  fc.assert(property, { numRuns: 500 });
});

describe('Cast', () => {
  const cast = (x: ReturnType<typeof tensor>, to: number): number[] =>
    values(apply('Cast', [x], { attributes: { to } })[0]);

  it('cuts floats towards zero and keeps them in the range', () => {
    const x = floats([1.9, -1.9, 300, -300, NaN]);
    expect(cast(x, 3)).toEqual([1, -1, 127, -128, 0]);
    expect(cast(x, 2)).toEqual([1, 0, 255, 0, 0]);
    expect(cast(x, 22)).toEqual([1, -1, 7, -8, 0]);
    expect(cast(floats([Infinity, -Infinity]), 7)).toEqual([2 ** 63, -(2 ** 63)]);
  });

  it('takes the low bits of integers', () => {
    expect(cast(ints([257, -1, 2 ** 40 + 5]), 2)).toEqual([1, 255, 5]);
    expect(cast(tensor('int32', [200, -129]), 3)).toEqual([-56, 127]);
    expect(cast(tensor('int8', [9, -9]), 22)).toEqual([-7, 7]);
    expect(cast(tensor('uint8', [0, 2]), 9)).toEqual([0, 1]);
  });

  it('refuses strings and float8', () => {
    expect(() => cast(floats([1]), 8)).toThrow(
      "node 'n' (Cast): attribute 'to' names element type 8 [onnx-unsupported]",
    );
  });
});

describe('refusals', () => {
  it('of tensors too large to make, before they are made', () => {
    const huge = ints([2 ** 20, 2 ** 20]);
    for (const [operator, inputs] of [
      ['ConstantOfShape', [huge]],
      ['Expand', [floats([1]), huge]],
      ['Tile', [floats([1], [1, 1]), huge]],
      ['Pad', [floats([1]), ints([2 ** 40, 0])]],
      ['Range', [ints([0]), ints([2 ** 40]), ints([1])]],
    ] as const)
      expect(() => apply(operator, inputs), operator).toThrow(
        /makes a tensor of \d+ elements \[onnx-unsupported\] — at most 67108864/,
      );
  });

  it('of types and shapes, with node, operator and rule', () => {
    expect(() => apply('Sigmoid', [tensor('int32', [1])])).toThrow(
      "node 'n' (Sigmoid): its input is of type int32 [onnx-unsupported] — use one of float32, float64, float16, bfloat16",
    );
    expect(() => apply('Add', [floats([1, 2]), floats([1, 2, 3])])).toThrow(
      "node 'n' (Add): shapes [2] and [3] do not broadcast [onnx-invalid] — sizes of an axis are equal or 1",
    );
    expect(() => apply('Conv', [floats([1, 2], [1, 2, 1]), floats([1], [1, 1, 1])])).toThrow(
      "node 'n' (Conv): group 1 with input [1, 2, 1] and weights [1, 1, 1] [onnx-invalid]",
    );
    expect(() => apply('MatMul', [floats([1, 2], [1, 2]), floats([1], [1, 1])])).toThrow(
      "node 'n' (MatMul): operands [1, 2] and [1, 1] [onnx-invalid]",
    );
    expect(() => apply('Gather', [floats([1]), ints([1])])).toThrow(
      "node 'n' (Gather): index 1 on an axis of 1 [onnx-invalid] — it lies in [-1, 0]",
    );
    expect(() => apply('Reshape', [floats([1, 2]), ints([3])])).toThrow(
      "node 'n' (Reshape): shape [3] for a tensor [2] [onnx-invalid] — both have as many elements",
    );
    expect(() => apply('Div', [tensor('int32', [1]), tensor('int32', [0])])).toThrow(
      'divides an integer by zero',
    );
    expect(() => apply('Concat', [])).toThrow("node 'n' (Concat): has no inputs [onnx-invalid]");
  });
});
