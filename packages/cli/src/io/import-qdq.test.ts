import {
  createReferenceExecutor,
  decodeOnnx,
  explainLowering,
  findOperator,
  importOnnx,
  OnnxGraphBuilder,
  Random,
  simplify,
} from '@tally/core';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';

/** A QDQ file as exporters write it; every scale is a power of two, so that float32 computes it exactly. */
interface QdqFile {
  readonly bytes: Uint8Array;
  /** Outputs of QuantizeLinear nodes (integers), all of them graph outputs for ONNX Runtime. */
  readonly integers: readonly string[];
}

const SHAPE = [2, 6, 5] as const;
const CHANNELS = 4;

/** Input - QDQ - Conv - Relu - QDQ - MaxPool - Conv + skip - QDQ - GlobalAveragePool - QDQ - Gemm. */
function qdqFile(seed: number, outputs: 'logits' | 'all'): QdqFile {
  const random = new Random(seed);
  const builder = new OnnxGraphBuilder('qdq', { opset: 21 });
  const integers: string[] = [];
  const codes = (count: number, least: number, most: number): Int32Array =>
    Int32Array.from({ length: count }, () => least + random.below(most - least + 1));
  const scale = (least: number, most: number): number => 2 ** (least + random.below(most - least + 1));
  const pair = (value: string, least: number, most: number): string => {
    const type = random.below(2) === 0 ? 'uint8' : 'int8';
    const zero = type === 'uint8' ? random.below(200) : random.below(200) - 100;
    const parameters = [
      builder.constant('float32', [], [scale(least, most)]),
      builder.constant(type, [], [zero]),
    ];
    const quantized = builder.node('QuantizeLinear', [value, ...parameters]);
    integers.push(`${quantized}|${type}`);
    return builder.node('DequantizeLinear', [quantized, ...parameters]);
  };
  const layer = (
    operator: 'Conv' | 'Gemm',
    value: string,
    shape: readonly number[],
    attributes: Parameters<typeof builder.node>[2],
  ): string => {
    const [out = 1] = shape;
    const isPerChannel = random.below(2) === 0;
    const steps = Array.from({ length: isPerChannel ? out : 1 }, () => scale(-8, -6));
    const of = isPerChannel ? [out] : [];
    const size = shape.reduce((product, extent) => product * extent, 1);
    const weight = builder.node(
      'DequantizeLinear',
      [
        builder.parameter(`${operator}${integers.length}.weight`, 'int8', shape, codes(size, -128, 127)),
        builder.constant('float32', of, steps),
        builder.constant('int8', of, new Int8Array(steps.length)),
      ],
      { axis: { int: 0 } },
    );
    const bias = builder.node('DequantizeLinear', [
      builder.parameter(`${operator}${integers.length}.bias`, 'int32', [out], codes(out, -300, 300)),
      builder.constant('float32', [], [2 ** -10]),
    ]);
    return builder.node(operator, [value, weight, bias], attributes);
  };
  const image = pair(builder.input('image', 'float32', [1, ...SHAPE]), -8, -7);
  const first = layer('Conv', image, [CHANNELS, SHAPE[0], 3, 3], { pads: { ints: [1, 1, 1, 1] } });
  const hidden = pair(builder.node('Relu', [first]), -6, -4);
  const pooled = builder.node('MaxPool', [hidden], { kernel_shape: { ints: [2, 2] } });
  const second = layer('Conv', pooled, [CHANNELS, CHANNELS / 2, 3, 3], {
    pads: { ints: [1, 1, 1, 1] },
    group: { int: 2 },
  });
  const sum = pair(builder.node('Add', [pair(second, -6, -4), pooled]), -5, -3);
  const mean = pair(builder.node('GlobalAveragePool', [sum]), -6, -4);
  const logits = layer('Gemm', builder.node('Flatten', [mean]), [3, CHANNELS], { transB: { int: 1 } });
  builder.output('logits', logits, 'float32', [1, 3]);
  if (outputs === 'all')
    for (const [i, entry] of integers.entries()) {
      const [name = '', type] = entry.split('|');
      const shape =
        [[...SHAPE], [CHANNELS, 6, 5], [CHANNELS, 5, 4], [CHANNELS, 5, 4], [CHANNELS, 1, 1]][i] ?? [];
      builder.output(name, name, type === 'int8' ? 'int8' : 'uint8', [1, ...shape]);
    }
  return { bytes: builder.encode(), integers: integers.map((entry) => entry.split('|')[0] ?? '') };
}

test('QDQ files: every integer of every QuantizeLinear as ONNX Runtime has it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), async (seed) => {
      const { bytes } = qdqFile(seed, 'logits');
      const graph = simplify(decodeOnnx(bytes), { operator: findOperator });
      const { model, places, quantized } = importOnnx(graph, {
        name: 'qdq',
        normalization: null,
        inputScale: 1 / 256,
      });
      expect(quantized).toBe(true);
      const lowering = explainLowering(model);
      const pixels = Uint8Array.from(
        { length: SHAPE[0] * SHAPE[1] * SHAPE[2] },
        (_, i) => Math.imul(i + seed, 2_654_435_761) >>> 24,
      );
      const values = new Map<string, ArrayLike<number>>();
      createReferenceExecutor(lowering.network).run(pixels, 1, {
        observe: (id, data) => void values.set(id, data.slice()),
      });

      const observed = qdqFile(seed, 'all');
      const session = await InferenceSession.create(observed.bytes, {
        graphOptimizationLevel: 'disabled',
        intraOpNumThreads: 1,
        logSeverityLevel: 3,
      });
      const image = new Tensor(
        'float32',
        Float32Array.from(pixels, (code) => code / 256),
        [1, ...SHAPE],
      );
      const theirs = await session.run({ image });
      await session.release();
      for (const [index, name] of observed.integers.entries()) {
        const reader = graph.nodes.find(
          ({ operator, inputs }) => operator === 'DequantizeLinear' && inputs[0] === name,
        );
        const place = lowering.places.get(places.get(reader?.outputs[0] ?? '') ?? '');
        const own = values.get(place?.id ?? '');
        const data = Array.from(theirs[name].data as ArrayLike<number>);
        if (place === undefined || own === undefined) throw new Error(`no place of ${name}`);
        // Their integers begin at -128 or 0, ours at 0: their zero points differ by as much.
        const zero = graph.constants.get(reader?.inputs[2] ?? '')?.data[0];
        const shift = place.zeroPoint - Number(zero);
        expect(Array.from(own), `QuantizeLinear ${index}`).toEqual(data.map((code) => code + shift));
      }
    }),
    { numRuns: 40, seed: 3 },
  );
});
