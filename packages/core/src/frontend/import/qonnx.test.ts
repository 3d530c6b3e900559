import { describe, expect, test } from 'vitest';
import type { OnnxGraphBuilder } from '../../onnx/builder.ts';
import { explainLowering } from '../../quantize/index.ts';
import { interpretModel } from '../../quantize/interpret.ts';
import { imported, nodeOf, parameterOf, refusals, sketch, type Build } from './import.test-support.ts';

const QONNX = 'qonnx.custom_op.general';
const flags = (signed: number, narrow: number, mode = 'ROUND') => ({
  signed: { int: signed },
  narrow: { int: narrow },
  rounding_mode: { string: mode },
});

interface Quantizer {
  readonly scale?: readonly number[];
  readonly shape?: readonly number[];
  readonly zero?: number;
  readonly bits?: number;
  readonly flags?: ReturnType<typeof flags>;
}

function quant(
  builder: OnnxGraphBuilder,
  value: string,
  { scale = [0.5], shape = [], zero = 0, bits = 3, flags: attributes = flags(1, 1) }: Quantizer,
  name = 'quant',
): string {
  const constant = (of: readonly number[], data: readonly number[]): string =>
    builder.constant('float32', of, data);
  return builder.node(
    `${QONNX}.Quant`,
    [value, constant(shape, scale), constant([], [zero]), constant([], [bits])],
    attributes,
    undefined,
    name,
  );
}

/** Two features, quantized, times quantized weights `[3, 2]` stored `[2, 3]`. */
function layer(activation: Quantizer, weight: Quantizer, values = [0.6, -1.6, 9, -9, 0.2, 0.3]): Build {
  return (builder, x) => {
    const stored = builder.parameter('fc.weight', 'float32', [2, 3], values);
    return builder.node('MatMul', [
      quant(builder, x, activation, 'act'),
      quant(builder, stored, weight, 'w'),
    ]);
  };
}

const vector = { input: [1, 2] } as const;

describe('QONNX', () => {
  test('a signed narrow activation has unsigned codes around a zero point', () => {
    const network = imported(layer({ bits: 4 }, {}), vector);
    // -7 .. 7: 15 levels, code 7 is 0.
    expect(nodeOf(network, 'act')).toMatchObject({ bits: 4, zeroPoint: 7, levels: 15 });
    expect(parameterOf(network, 'act.step')).toEqual([0.5]);
  });

  test.each([
    [flags(1, 0), 0, { bits: 3, zeroPoint: 4, levels: 8 }],
    [flags(0, 0), 0, { bits: 3, zeroPoint: 0, levels: 8 }],
    [flags(0, 1), 0, { bits: 3, zeroPoint: 0, levels: 7 }],
    [flags(0, 0), 2, { bits: 3, zeroPoint: 2, levels: 8 }],
  ])('%j with zeropt %i', (attributes, zero, expected) => {
    expect(nodeOf(imported(layer({ flags: attributes, zero }, {}), vector), 'act')).toMatchObject(expected);
  });

  test('weights are step times code, in the code system that the attributes say', () => {
    const network = imported(layer({}, { bits: 3 }), vector);
    // w / 0.5 = 1.2, -3.2, 18, -18, 0.4, 0.6 in 3 narrow bits: 1, -3, 3, -3, 0, 1; transposed to [3, 2].
    expect(parameterOf(network, 'fc.weight')).toEqual([0.5, -1.5, -1.5, 0, 1.5, 0.5]);
    expect(nodeOf(network, 'fc')).toMatchObject({
      weightQuantizer: { format: { system: 'sign-magnitude', bits: 3 } },
    });
    expect(parameterOf(network, 'fc.step')).toEqual([0.5]);
    expect(network.quantized).toBe(true);
    const wide = imported(layer({}, { bits: 3, flags: flags(1, 0) }), vector);
    expect(parameterOf(wide, 'fc.weight')).toEqual([0.5, -2, -1.5, 0, 1.5, 0.5]);
    expect(nodeOf(wide, 'fc')).toMatchObject({
      weightQuantizer: { format: { system: 'twos-complement', bits: 3 } },
    });
  });

  test('a scale per output channel is a step per output channel', () => {
    const network = imported(layer({}, { scale: [0.5, 0.25, 1], shape: [1, 3] }), vector);
    // Columns are outputs: 0.6, -9 / 0.5; -1.6, 0.2 / 0.25; 9, 0.3 / 1.
    expect(parameterOf(network, 'fc.step')).toEqual([0.5, 0.25, 1]);
    expect(parameterOf(network, 'fc.weight')).toEqual([0.5, -1.5, -0.75, 0.25, 3, 0]);
  });

  test('a quantized bias is a float constant', () => {
    const network = imported((builder, x) => {
      const product = layer({}, {})(builder, x);
      const bias = builder.parameter('b', 'float32', [3], [0.1, 0.3, -0.9]);
      return builder.node('Add', [product, quant(builder, bias, { bits: 16, scale: [0.25] })]);
    }, vector);
    expect(parameterOf(network, 'fc.bias')).toEqual([0, 0.25, -1]);
    expect(network.quantized).toBe(true);
  });

  test('BipolarQuant: 0 is positive, to the last bit', () => {
    const network = imported(
      (builder, x) => {
        const minus = builder.node('Sub', [x, builder.constant('float32', [], [0.5])]);
        const scale = builder.constant('float32', [], [0.75]);
        const signs = builder.node(`${QONNX}.BipolarQuant`, [minus, scale], {}, undefined, 'signs');
        const stored = builder.parameter('fc.weight', 'float32', [2, 3], [0, -1, 2, -0.1, 0, 5]);
        const weight = builder.node(`${QONNX}.BipolarQuant`, [stored, scale]);
        return builder.node('MatMul', [signs, weight]);
      },
      { ...vector, import: { inputScale: 1 / 256 } },
    );
    expect(nodeOf(network, 'signs')).toMatchObject({ bits: 1, zeroPoint: 0.5, levels: 2 });
    expect(parameterOf(network, 'signs.step')).toEqual([1.5]);
    expect(parameterOf(network, 'fc.weight')).toEqual([0.75, -0.75, -0.75, 0.75, 0.75, 0.75]);
    expect(nodeOf(network, 'fc')).toMatchObject({
      weightQuantizer: { format: { system: 'sign-magnitude', bits: 2 } },
    });
    // Codes 127, 128, 129 are below 0, 0 and above: x - 0.5 of 256ths.
    const signs = [127, 128, 129].map(
      (code) => interpretModel(network.model, Uint8Array.of(code, 128)).values.get('signs')!.data[0],
    );
    expect(signs).toEqual([-0.75, 0.75, 0.75]);
    const { network: integers } = explainLowering(network.model);
    const threshold = integers.nodes.find((node) => node.kind === 'threshold')!;
    expect([...threshold.thresholds]).toEqual([128, 128]);
  });

  test('one signed bit is bipolar', () => {
    const network = imported(layer({ bits: 1, flags: flags(1, 0) }, { bits: 1, flags: flags(1, 0) }), vector);
    expect(nodeOf(network, 'act')).toMatchObject({ bits: 1, zeroPoint: 0.5, levels: 2 });
    expect(new Set(parameterOf(network, 'fc.weight'))).toEqual(new Set([0.5, -0.5]));
  });

  test('a quantizer of its own codes is nothing', () => {
    const network = imported((builder, x) => {
      const twice = quant(builder, quant(builder, x, {}, 'act'), {}, 'again');
      const weight = quant(
        builder,
        builder.parameter('fc.weight', 'float32', [2, 3], [1, 2, 3, 4, 5, 6]),
        {},
      );
      return builder.node('MatMul', [twice, weight]);
    }, vector);
    expect(sketch(network)).toEqual(['quantize act', 'fully-connected fc']);
  });

  test.each([
    [
      'wide activation',
      layer({ bits: 9 }, {}),
      "node 'act' (Quant): makes 511 levels of an activation — the macro reads codes of at most 8 bits; quantize to fewer",
    ],
    [
      'scale per feature',
      layer({ scale: [1, 2], shape: [1, 2] }, {}),
      "node 'act' (Quant): its scale has shape [1, 2] and differing elements — codes of activations have one scale and zero point for the whole value",
    ],
    [
      'rounding down',
      layer({ flags: flags(1, 1, 'FLOOR') }, {}),
      "node 'act' (Quant): attribute rounding_mode is 'FLOOR' — thresholds round to nearest, ties to even (ROUND)",
    ],
    [
      'negative scale',
      layer({ scale: [-1] }, {}),
      "node 'act' (Quant): its scale is -1 — a scale is a positive number",
    ],
    [
      'zero point outside',
      layer({ zero: 9, flags: flags(0, 0) }, {}),
      "node 'act' (Quant): its zero point 9 is not within 0 .. 7, or no multiple of 1/2 — real 0 must be representable by a code",
    ],
    [
      'unsigned weights',
      layer({}, { flags: flags(0, 0) }),
      "node 'MatMul@2' (MatMul): its weights 'fc.weight' are unsigned — the macro holds signed weights; quantize with signed 1",
    ],
    [
      'weights of 9 bits',
      layer({}, { bits: 9 }),
      "node 'MatMul@2' (MatMul): its weights 'fc.weight' have 9 bits — the macro holds weights of at most 8 bits",
    ],
    [
      'shifted weights',
      layer({}, { zero: 1 }),
      "node 'MatMul@2' (MatMul): its weights 'fc.weight' have a zero point other than 0 — use symmetric weights: zeropt 0",
    ],
    [
      'scale per input',
      layer({}, { scale: [1, 2], shape: [2, 1] }),
      "node 'MatMul@2' (MatMul): its weights 'fc.weight' have scales that differ within one output channel — use one scale per tensor or per output channel",
    ],
  ])('refused: %s', (_, build, text) => {
    expect(refusals(build, vector)).toEqual([text]);
  });

  test('Trunc and MultiThreshold say what would be needed', () => {
    const found = refusals(
      (builder, x) => {
        const number = (value: number): string => builder.constant('float32', [], [value]);
        const cut = builder.node(
          `${QONNX}.Trunc`,
          [x, number(1), number(0), number(8), number(4)],
          { rounding_mode: { string: 'FLOOR' } },
          undefined,
          'cut',
        );
        const steps = builder.constant('float32', [2, 1], [0, 1]);
        const counted = builder.node(
          `${QONNX}.MultiThreshold`,
          [x, steps],
          { out_dtype: { string: 'UINT1' } },
          undefined,
          'count',
        );
        return builder.node('Add', [cut, counted]);
      },
      { ...vector, output: [1, 2] },
    );
    expect(found).toEqual([
      "node 'cut' (Trunc): cuts low bits off by rounding down, quantize nodes round to nearest — export the average pooling with a Quant behind it instead of a Trunc",
      "node 'count' (MultiThreshold): states its thresholds one by one, quantize nodes have a step (a graph would need thresholds per channel as parameters) — import the network before it was streamlined, with Quant nodes and batch norms",
    ]);
  });
});
