/**
 * Fake-quantized models three times: as a float64 graph by ONNX Runtime, by the float64 interpreter of
 * lowering's tests, and as integer networks by the naive executor. None imports another.
 */
import {
  createReferenceExecutor,
  explainLowering,
  float64Graph,
  float64Names,
  interpretModel,
  type Float64GraphOptions,
  type Model,
} from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  randomFloatModel,
  randomImages,
  randomModel,
  seededRandom,
  withNormalizedQuantizers,
} from '../../../core/src/testing/index.ts';
import { openSession, outputOf } from '../train/session.ts';

const IMAGES = 3;

const quantizersOf = ({ graph }: Model) => graph.nodes.filter((node) => node.kind === 'quantize');

interface Outcome {
  readonly logits: Float64Array;
  /** By quantizer, all images. */
  readonly codes: ReadonlyMap<string, Uint8Array>;
}

async function runFloat64(
  model: Model,
  images: Uint8Array,
  count: number,
  rounding: Omit<Float64GraphOptions, 'batch' | 'codes'> = {},
): Promise<Outcome> {
  const codes = quantizersOf(model).map(({ id }) => id);
  const session = await openSession(float64Graph(model, { batch: count, codes, ...rounding }), 1);
  try {
    const feed = new Tensor('uint8', images, [count, ...model.graph.input.shape]);
    const outputs = await session.run({ [float64Names.images]: feed });
    return {
      logits: outputOf(outputs, float64Names.logits).data as Float64Array,
      codes: new Map(codes.map((id) => [id, outputOf(outputs, float64Names.codes(id)).data as Uint8Array])),
    };
  } finally {
    await session.release();
  }
}

/** The codes of the integer network at every quantizer of its model, all images. */
function integerCodes(model: Model, images: Uint8Array, count: number): ReadonlyMap<string, number[]> {
  const { network, places } = explainLowering(model);
  const seen = new Map<string, number[]>();
  createReferenceExecutor(network).run(images, count, {
    observe: (id, data) => seen.set(id, [...(seen.get(id) ?? []), ...data]),
  });
  return new Map(quantizersOf(model).map(({ id }) => [id, seen.get(places.get(id)!.id)!]));
}

/** How many codes there are, and how many are others. */
function differences(
  a: ReadonlyMap<string, ArrayLike<number>>,
  b: ReadonlyMap<string, ArrayLike<number>>,
): { readonly all: number; readonly other: number } {
  let [all, other] = [0, 0];
  for (const [id, codes] of a) {
    const others = b.get(id)!;
    expect(others.length).toBe(codes.length);
    for (let i = 0; i < codes.length; i++) {
      all++;
      if (codes[i] !== others[i]) other++;
    }
  }
  return { all, other };
}

describe('a fake-quantized model in float64 and its integer network have the same codes at every quantizer', () => {
  it('without residual additions', async () => {
    let codes = 0;
    for (let seed = 0; seed < 80; seed++) {
      const model = randomModel(seed, { leaky: seed % 2 === 0, upsamples: seed % 3 === 0 });
      const images = randomImages(explainLowering(model).network, IMAGES, seed);
      const { codes: ours } = await runFloat64(model, images, IMAGES);
      const { all, other } = differences(ours, integerCodes(model, images, IMAGES));
      expect(other, `seed ${seed}`).toBe(0);
      codes += all;
    }
    expect(codes).toBeGreaterThan(25_000);
  }, 120_000);

  it('with residual additions, their operands in the same fixed point; in a coarser one not', async () => {
    let [codes, coarser, pooled] = [0, 0, 0];
    for (let seed = 1000; seed < 1080; seed++) {
      const model = randomModel(seed, { residual: true, leaky: seed % 2 === 0, upsamples: seed % 3 === 0 });
      const { network, stream } = explainLowering(model);
      const images = randomImages(network, IMAGES, seed);
      const integers = integerCodes(model, images, IMAGES);
      const rounding =
        stream === null
          ? {}
          : {
              residualFractionBits: stream.fractionBits,
              pooledFractionBits: stream.pooled,
              normalized: stream.normalized,
            };
      const { all, other } = differences((await runFloat64(model, images, IMAGES, rounding)).codes, integers);
      expect(other, `seed ${seed}`).toBe(0);
      codes += all;
      pooled += stream?.pooled.size ?? 0;
      if (stream === null || seed >= 1020) continue;
      const few = { residualFractionBits: 4 };
      coarser += differences((await runFloat64(model, images, IMAGES, few)).codes, integers).other;
    }
    expect(codes).toBeGreaterThan(20_000);
    expect(coarser).toBeGreaterThan(0);
    expect(pooled).toBeGreaterThan(0);
  }, 120_000);
});

describe('batch norms behind residual paths', () => {
  it('read what they normalise in the same fixed point', async () => {
    const seen = { codes: 0, normalized: 0, joined: 0, coarser: 0 };
    for (let seed = 1000; seed < 1060; seed++) {
      const drawn = randomModel(seed, { residual: true, leaky: seed % 2 === 0 });
      const model = withNormalizedQuantizers(drawn, { gain: 1.37, offset: 0.01 });
      const { network, stream } = explainLowering(model);
      const images = randomImages(network, IMAGES, seed);
      const integers = integerCodes(model, images, IMAGES);
      if (stream === null) continue;
      const { fractionBits, pooled, normalized } = stream;
      const rounding = { residualFractionBits: fractionBits, pooledFractionBits: pooled, normalized };
      const { all, other } = differences((await runFloat64(model, images, IMAGES, rounding)).codes, integers);
      expect(other, `seed ${seed}`).toBe(0);
      seen.codes += all;
      seen.normalized += normalized.size;
      seen.joined += [...normalized.values()].filter(({ length }) => length > 1).length;
      // That they do is seen where the last place is coarse.
      if (seed >= 1020 || normalized.size === 0) continue;
      const few = { residualFractionBits: 4, pooledFractionBits: new Map<string, number>() };
      const [without, within] = [
        await runFloat64(model, images, IMAGES, few),
        await runFloat64(model, images, IMAGES, { ...few, normalized }),
      ];
      seen.coarser += differences(without.codes, within.codes).other;
    }
    expect(seen.codes).toBeGreaterThan(10_000);
    expect(seen.normalized).toBeGreaterThan(40);
    expect(seen.joined).toBeGreaterThan(0);
    expect(seen.coarser).toBeGreaterThan(0);
  }, 120_000);
});

/** The interpreter's values of each image, all quantizers' codes taken from `codes`. */
function interpreted(model: Model, images: Uint8Array, count: number, { codes }: Outcome) {
  const part = (data: Uint8Array, image: number): Uint8Array =>
    data.subarray((image * data.length) / count, ((image + 1) * data.length) / count);
  return Array.from({ length: count }, (_, image) => {
    const own = new Map([...codes].map(([id, data]) => [id, part(data, image)]));
    return { own, ...interpretModel(model, part(images, image), own) };
  });
}

function expectLogits(model: Model, logits: Float64Array, runs: ReturnType<typeof interpreted>): void {
  const expected = runs.flatMap(({ values }) => [...values.get(model.graph.output)!.data]);
  expect(logits.length).toBe(expected.length);
  const size = Math.max(1, ...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(logits[i] - value)).toBeLessThanOrEqual(1e-12 * size);
  }
}

describe('the float64 graph is the interpreter', () => {
  it('at every quantizer, ties included', async () => {
    for (let seed = 2000; seed < 2050; seed++) {
      const model = randomModel(seed, {
        residual: seed % 2 === 0,
        leaky: seed % 4 > 1,
        upsamples: seed % 3 === 0,
      });
      const images = randomImages(explainLowering(model).network, IMAGES, seed);
      const outcome = await runFloat64(model, images, IMAGES);
      const runs = interpreted(model, images, IMAGES, outcome);
      for (const { own, ratios } of runs) {
        for (const { id, levels } of quantizersOf(model)) {
          const codes = own.get(id)!;
          for (const [i, ratio] of ratios.get(id)!.entries()) {
            const clamped = Math.min(levels - 1, Math.max(0, ratio));
            expect(Math.abs(clamped - codes[i]), `seed ${seed}, ${id}[${i}]`).toBeLessThanOrEqual(0.5);
          }
        }
      }
      expectLogits(model, outcome.logits, runs);
    }
  }, 120_000);

  it('for models without quantizers', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const model = randomFloatModel(seed, { leaky: seed % 2 === 0, upsamples: seed % 3 === 0 });
      const length = IMAGES * model.graph.input.shape.reduce((product, size) => product * size, 1);
      const random = seededRandom(seed);
      const images = Uint8Array.from({ length }, () => random.integer(0, 2 ** model.graph.input.bits - 1));
      const outcome = await runFloat64(model, images, IMAGES);
      expectLogits(model, outcome.logits, interpreted(model, images, IMAGES, outcome));
    }
  }, 120_000);
});

/** Sums of `depth` products of an 8-bit code and the weight code 127 or 126, from a convolution or a layer behind a flatten. */
function deepModel(kind: 'conv' | 'fully-connected', depth: number): Model {
  const shape = kind === 'conv' ? [2, depth, 1, 1] : [2, depth];
  const data = Float32Array.from({ length: 2 * depth }, (_, i) => (i === depth ? 126 : 127));
  const layer = {
    id: 'layer',
    weight: 'weight',
    bias: null,
    weightQuantizer: { step: 'step', format: { system: 'sign-magnitude', bits: 8 } },
  } as const;
  const window = { kernel: [1, 1], stride: [1, 1], padding: [0, 0, 0, 0] } as const;
  return {
    graph: {
      kind: 'model-graph',
      name: 'deep',
      input: { shape: [depth, 1, 1], bits: 8, scale: 1 },
      nodes: [
        { kind: 'flatten', id: 'flatten', input: 'input' },
        kind === 'conv'
          ? { kind, ...layer, ...window, input: 'input', groups: 1, dilation: [1, 1] }
          : { kind, ...layer, input: 'flatten' },
      ],
      output: 'layer',
    },
    parameters: new Map([
      ['weight', { shape, data }],
      ['step', { shape: [], data: Float32Array.of(1) }],
    ]),
  };
}

describe.each(['conv', 'fully-connected'] as const)('sums of products of codes in a %s', (kind) => {
  // 518 * 255 * 127 = 16,775,430 is below 2^24 = 16,777,216; 519 is the first depth above it.
  it.each([517, 518, 519, 4097])('are exact at depth %i, whatever float32 holds', async (depth) => {
    const images = new Uint8Array(depth).fill(255);
    const { logits } = await runFloat64(deepModel(kind, depth), images, 1);
    const sum = depth * 255 * 127;
    expect([...logits]).toEqual([sum, sum - 255]);
  });
});
