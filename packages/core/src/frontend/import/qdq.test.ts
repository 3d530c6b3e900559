import { describe, expect, test } from 'vitest';
import type { OnnxGraphBuilder } from '../../onnx/builder.ts';
import { imported, nodeOf, parameterOf, refusals, sketch, type Build } from './import.test-support.ts';

const vector = { input: [1, 2] } as const;

interface Linear {
  readonly type?: 'uint8' | 'int8' | 'uint4' | 'int4';
  readonly scale?: number;
  readonly zero?: number;
}

function integers(
  builder: OnnxGraphBuilder,
  value: string,
  { type = 'uint8', scale = 0.5, zero = 0 }: Linear,
  name = 'q',
): string {
  return builder.node(
    'QuantizeLinear',
    [value, builder.constant('float32', [], [scale]), builder.constant(type, [], [zero])],
    {},
    undefined,
    name,
  );
}

function real(
  builder: OnnxGraphBuilder,
  value: string,
  { type = 'uint8', scale = 0.5, zero = 0 }: Linear,
  name = 'dq',
): string {
  return builder.node(
    'DequantizeLinear',
    [value, builder.constant('float32', [], [scale]), builder.constant(type, [], [zero])],
    {},
    undefined,
    name,
  );
}

interface LayerCodes {
  readonly scales?: readonly number[];
  readonly zeros?: readonly number[];
  readonly type?: 'int8' | 'uint8' | 'int4';
}

/** `[3, 2]` weights behind a DequantizeLinear, and a layer of them. */
function linear(
  builder: OnnxGraphBuilder,
  value: string,
  codes: readonly number[],
  { scales = [0.5], zeros = [0], type = 'int8' }: LayerCodes = {},
): string {
  const shape = scales.length === 1 ? [] : [scales.length];
  const stored = builder.parameter('fc.weight', type, [3, 2], codes);
  const inputs = [stored, builder.constant('float32', shape, scales), builder.constant(type, shape, zeros)];
  const weight = builder.node('DequantizeLinear', inputs, { axis: { int: 0 } });
  return builder.node('Gemm', [value, weight], { transB: { int: 1 } }, undefined, 'fc');
}

describe('QDQ', () => {
  const options = { ...vector, opset: 21 } as const;
  const codes = [1, -2, 3, 127, -5, 6];

  test.each([
    [
      { type: 'uint8', zero: 3 },
      { bits: 8, zeroPoint: 3, levels: 256 },
    ],
    [{ type: 'int8' }, { bits: 8, zeroPoint: 128, levels: 256 }],
    [
      { type: 'int8', zero: -128 },
      { bits: 8, zeroPoint: 0, levels: 256 },
    ],
    [
      { type: 'uint4', zero: 5 },
      { bits: 4, zeroPoint: 5, levels: 16 },
    ],
    [
      { type: 'int4', zero: -1 },
      { bits: 4, zeroPoint: 7, levels: 16 },
    ],
  ] as const)('an activation in %j', (pair, expected) => {
    const network = imported(
      (builder, x) => linear(builder, real(builder, integers(builder, x, pair), pair), codes),
      options,
    );
    expect(nodeOf(network, 'q')).toMatchObject(expected);
    expect(network.quantized).toBe(true);
    expect(network.places.get('fc')).toBeUndefined();
  });

  test('weights per output channel; the lowest code tells the code system', () => {
    const of = (values: readonly number[]): ReturnType<typeof imported> =>
      imported(
        (builder, x) =>
          linear(builder, real(builder, integers(builder, x, {}), {}), values, {
            scales: [0.5, 0.25, 2],
            zeros: [0, 0, 0],
          }),
        options,
      );
    expect(parameterOf(of(codes), 'fc.weight')).toEqual([0.5, -1, 0.75, 31.75, -10, 12]);
    expect(parameterOf(of(codes), 'fc.step')).toEqual([0.5, 0.25, 2]);
    expect(nodeOf(of(codes), 'fc')).toMatchObject({
      weightQuantizer: { format: { system: 'sign-magnitude', bits: 8 } },
    });
    expect(nodeOf(of([1, -128, 3, 4, 5, 6]), 'fc')).toMatchObject({
      weightQuantizer: { format: { system: 'twos-complement', bits: 8 } },
    });
  });

  test('unsigned weights around 128 are signed codes', () => {
    const network = imported(
      (builder, x) =>
        linear(builder, real(builder, integers(builder, x, {}), {}), [129, 126, 131, 255, 123, 134], {
          zeros: [128],
          type: 'uint8',
        }),
      options,
    );
    expect(parameterOf(network, 'fc.weight')).toEqual([0.5, -1, 1.5, 63.5, -2.5, 3]);
    const outside = refusals(
      (builder, x) =>
        linear(builder, real(builder, integers(builder, x, {}), {}), [200, 0, 0, 0, 0, 0], { type: 'uint8' }),
      options,
    );
    expect(outside).toEqual([
      "node 'fc' (Gemm): its weights 'fc.weight' have codes 0 .. 200 — the macro holds weights of at most 8 signed bits; quantize to fewer",
    ]);
  });

  test('an int32 bias is a float constant', () => {
    const network = imported((builder, x) => {
      const product = linear(builder, real(builder, integers(builder, x, {}), {}), codes);
      const stored = builder.parameter('b', 'int32', [3], [4, -8, 3]);
      const bias = builder.node('DequantizeLinear', [stored, builder.constant('float32', [], [0.25])]);
      return builder.node('Add', [product, bias]);
    }, options);
    expect(parameterOf(network, 'fc.bias')).toEqual([1, -2, 0.75]);
  });

  test('pooling and reshapes between the two work on the codes', () => {
    const network = imported(
      (builder, x) => {
        const pooled = builder.node('MaxPool', [integers(builder, x, { zero: 7 })], {
          kernel_shape: { ints: [4, 4] },
        });
        return linear(builder, real(builder, builder.node('Flatten', [pooled]), { zero: 7 }), codes);
      },
      { opset: 21, input: [1, 2, 4, 4] },
    );
    expect(sketch(network)).toEqual([
      expect.stringContaining('quantize'),
      expect.stringContaining('max-pool'),
      expect.stringContaining('flatten'),
      'fully-connected fc',
    ]);
    expect(network.quantized).toBe(true);
  });

  test('uint8 pixels behind a DequantizeLinear alone', () => {
    const network = imported(
      (builder, x) => linear(builder, real(builder, x, { scale: 1 / 64, zero: 128 }), codes),
      { ...options, type: 'uint8', import: { inputScale: 1 } },
    );
    // (code - 128) / 64 of pixels of scale 1: in the step and the bias.
    expect(parameterOf(network, 'fc.step')).toEqual([0.5 / 64]);
    expect(parameterOf(network, 'fc.bias')).toEqual(
      [
        [1, -2],
        [3, 127],
        [-5, 6],
      ].map(([a = 0, b = 0]) => -((a + b) * 0.5 * 128) / 64),
    );
    expect(network.quantized).toBe(true);
  });

  test('integers at the end are as good as their real values', () => {
    const network = imported(
      (builder, x) =>
        builder.node(
          'Cast',
          [integers(builder, linear(builder, real(builder, integers(builder, x, {}), {}), codes), {}, 'end')],
          { to: { type: 'float32' } },
        ),
      options,
    );
    expect(network.model.graph.output).toBe('end');
  });

  test.each([
    [
      'unequal pair',
      (builder, x) => linear(builder, real(builder, integers(builder, x, {}), { scale: 0.25 }), codes),
      "node 'dq' (DequantizeLinear): has scale 0.25 and zero point 0, the QuantizeLinear before it 0.5 and 0 — give both the same",
    ],
    [
      'no QuantizeLinear',
      (builder, x) =>
        linear(
          builder,
          real(builder, builder.node('Cast', [x], { to: { type: 'uint8' } }, undefined, 'cast'), {}),
          codes,
        ),
      "node 'cast' (Cast): casts an activation to uint8 — activations are floats until a quantizer makes codes",
    ],
    [
      'operator on integers',
      (builder, x) =>
        linear(
          builder,
          real(
            builder,
            builder.node('Relu', [integers(builder, x, { type: 'int8' })], {}, undefined, 'odd'),
            { type: 'int8' },
          ),
          codes,
        ),
      "node 'odd' (Relu): input 0 is the integers of a QuantizeLinear — put a DequantizeLinear between the two (QDQ format)",
    ],
    [
      'scale per channel',
      (builder, x) =>
        linear(
          builder,
          builder.node(
            'DequantizeLinear',
            [
              builder.node(
                'QuantizeLinear',
                [x, builder.constant('float32', [2], [1, 2])],
                { axis: { int: 1 } },
                undefined,
                'odd',
              ),
              builder.constant('float32', [2], [1, 2]),
            ],
            { axis: { int: 1 } },
          ),
          codes,
        ),
      "node 'odd' (QuantizeLinear): its scale has shape [2] — codes of activations have one scale and zero point for the whole value",
    ],
  ] satisfies readonly (readonly [string, Build, string])[])('refused: %s', (_, build, text) => {
    expect(refusals(build, options)).toEqual([text]);
  });
});
