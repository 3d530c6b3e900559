import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createFloatExecutor,
  createKernelExecutor,
  decodeModel,
  decodeNetwork,
  explainLowering,
  findOperator,
  OnnxGraphBuilder,
  type Normalization,
} from '@tally/core';
import { afterAll, describe, expect, test } from 'vitest';
import { readOnnx } from '../io/onnx.ts';
import { readChip } from '../io/presets.ts';
import { openEvaluator } from '../train/evaluate.ts';
import type { ArithmeticName } from './arithmetic.ts';
import type { Scores } from './engine.ts';
import { loadNetwork, type OnnxReading } from './load.ts';
import { addHits, NO_HITS } from './tally.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-engines-'));
afterAll(() => rmSync(folder, { recursive: true }));
const shipped = (name: string): string =>
  fileURLToPath(new URL(`../../../../models/${name}`, import.meta.url));
const chip = readChip('zhu2020');
const start = { chip, normalization: null, as: 'file', arithmetic: null, threads: 1 } as const;

/** Pixels without any pattern, the same on every run. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
}

async function scores(
  path: string,
  images: Uint8Array,
  count: number,
  threads = 1,
  as: OnnxReading = 'file',
  normalization: Normalization | null = null,
  arithmetic: ArithmeticName | null = null,
): Promise<Scores> {
  const engine = await loadNetwork(path, { chip, normalization, as, arithmetic, threads }).start(new Map());
  try {
    return await engine.score(images, count);
  } finally {
    await engine.close();
  }
}

const normalization = { mean: [51 / 255, 102 / 255], std: [0.5, 0.25] };

/** conv 1x1 (2 -> 3 channels), global average, with quantizers where asked for. */
function smallOnnx(name: string, quantized: boolean, batch: number | string = 'n'): string {
  const graph = new OnnxGraphBuilder('small');
  const quant = (value: string, scale: number, signed: number): string => {
    if (!quantized) return value;
    const one = (v: number): string => graph.constant('float32', [], [v]);
    return graph.node('qonnx.custom_op.general.Quant', [value, one(scale), one(0), one(8)], {
      signed: { int: signed },
      narrow: { int: 0 },
      rounding_mode: { string: 'ROUND' },
    });
  };
  const input = graph.input('x', 'float32', [batch, 2, 4, 5]);
  const weight = graph.parameter('w', 'float32', [3, 2, 1, 1], [0.5, -1, 0.25, 2, -0.75, 1.5]);
  const conv = graph.node('Conv', [input, quant(weight, 1 / 32, 1)], { kernel_shape: { ints: [1, 1] } });
  const relu = quant(graph.node('Relu', [conv]), 1 / 16, 0);
  const flat = graph.node('Flatten', [graph.node('GlobalAveragePool', [relu])]);
  graph.output('scores', flat, 'float32', [batch, 3]);
  const path = join(folder, name);
  writeFileSync(path, graph.encode());
  return path;
}

/** What {@link smallOnnx} computes, in loops. */
function smallScores(images: Uint8Array, { mean, std }: Normalization): number[] {
  const weights = [
    [0.5, -1],
    [0.25, 2],
    [-0.75, 1.5],
  ];
  const results: number[] = [];
  for (let start = 0; start < images.length; start += 40) {
    for (const [a, b] of weights) {
      let sum = 0;
      for (let p = 0; p < 20; p++) {
        const x = (images[start + p] / 255 - mean[0]) / std[0];
        const y = (images[start + 20 + p] / 255 - mean[1]) / std[1];
        sum += Math.max(0, a * x + b * y);
      }
      results.push(sum / 20);
    }
  }
  return results;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  expect(actual.length).toBe(expected.length);
  const largest = Array.from(actual).reduce((most, v, i) => Math.max(most, Math.abs(v - expected[i])), 0);
  expect(largest).toBeLessThan(within);
}

describe('loadNetwork', () => {
  test('.tally: the outputs of the kernels', async () => {
    const path = shipped('resnet8-w3a2.tally');
    const { network, hash } = decodeNetwork(readFileSync(path), path);
    const images = noise(10 * 784);
    const loaded = loadNetwork(path, { chip, normalization: null, as: 'file', arithmetic: null, threads: 1 });
    expect(loaded).toMatchObject({ form: 'integer', hash, shape: [1, 28, 28], classes: 10, context: '' });
    expect(await scores(path, images, 10, 1)).toEqual(createKernelExecutor(network).run(images, 10).outputs);
  }, 600_000);

  test.each(['fp32', 'w3a2'])(
    '%s.model: as many right as the trainer finds on 200 images, whatever the threads',
    async (name) => {
      const path = shipped(`trained/${name}.model`);
      const model = decodeModel(readFileSync(path), path);
      const images = noise(200 * 784);
      const one = await scores(path, images, 200, 1);
      expect(await scores(path, images, 200, 3)).toEqual(one);
      const best = Array.from({ length: 200 }, (_, i) => {
        const row = one.slice(10 * i, 10 * i + 10);
        return row.indexOf(Math.max(...row));
      });
      // Every other label is right.
      const labels = Uint8Array.from(best, (label, i) => (label + (i % 2)) % 10);
      expect(addHits(NO_HITS, one, [...labels], 10).top1).toBe(100);
      const evaluator = await openEvaluator(model.graph, model.parameters, 1);
      const trainer = await evaluator.evaluate(model.parameters, {
        images,
        labels,
        count: 200,
        shape: [1, 28, 28],
      });
      await evaluator.close();
      expect(trainer.correct).toBe(100);
    },
  );

  test('a quantized model: by default in the arithmetic whose scores are those of its integer network', async () => {
    const path = shipped('trained/w3a2.model');
    const model = decodeModel(readFileSync(path), path);
    const { network, stream, places } = explainLowering(model);
    const load = (name: string, arithmetic: ArithmeticName | null) =>
      loadNetwork(shipped(`trained/${name}.model`), { ...start, arithmetic }).arithmetic;
    const bits = stream?.fractionBits;
    expect(bits).toBeGreaterThan(0);
    expect(load('w3a2', null)).toEqual({
      name: 'fixed-residuals',
      residualFractionBits: bits,
      pooledFractionBits: Object.fromEntries(stream!.pooled),
      normalized: {},
    });
    expect(load('w3a2', 'float64')).toEqual({
      name: 'float64',
      residualFractionBits: null,
      pooledFractionBits: {},
      normalized: {},
    });
    expect(load('fp32', null)).toEqual({
      name: 'float32',
      residualFractionBits: null,
      pooledFractionBits: {},
      normalized: {},
    });

    const images = noise(30 * 784);
    const one = await scores(path, images, 30);
    expect(one).toBeInstanceOf(Float64Array);
    expect(await scores(path, images, 30, 3)).toEqual(one);
    const { outputs } = createKernelExecutor(network).run(images, 30);
    const { scale, errorBound } = places.get(model.graph.output)!;
    expect(errorBound).toBeLessThan(0.01);
    for (const [i, score] of one.entries()) {
      expect(Math.abs(score - scale * outputs[i])).toBeLessThanOrEqual(errorBound + 1e-9);
    }
  }, 600_000);

  test('.onnx: what loops compute, for open and fixed batches and any number of threads', async () => {
    const images = noise(13 * 40);
    for (const batch of ['n', 1, 5]) {
      const path = smallOnnx(`float-${batch}.onnx`, false, batch);
      const loaded = loadNetwork(path, { chip, normalization, as: 'file', arithmetic: null, threads: 1 });
      expect(loaded).toMatchObject({ form: 'float', shape: [2, 4, 5], classes: 3 });
      const one = await scores(path, images, 13, 1, 'file', normalization);
      expectClose(one, smallScores(images, normalization), 1e-5);
      expect(await scores(path, images, 13, 3, 'file', normalization)).toEqual(one);
      if (batch === 5) continue; // models are of one image
      expectClose(await scores(path, images, 13, 2, 'imported', normalization), one, 1e-5);
    }
    const plain = { mean: [0, 0], std: [1, 1] };
    expectClose(await scores(smallOnnx('plain.onnx', false), images, 13), smallScores(images, plain), 1e-5);
  });

  test('QONNX: the reference executor, on threads, beside the imported model', async () => {
    const path = smallOnnx('quant.onnx', true);
    const images = noise(5 * 40);
    const loaded = loadNetwork(path, { chip, normalization: null, as: 'file', arithmetic: null, threads: 1 });
    expect(loaded.form).toBe('fake-quantized');
    const one = await scores(path, images, 5, 2);
    const executor = createFloatExecutor(readOnnx(path), findOperator);
    const data = Float32Array.from(images, (code) => Math.fround(code / 255));
    const direct = executor.run(new Map([['x', { type: 'float32', shape: [5, 2, 4, 5], data }]]));
    expect(Array.from(one)).toEqual(Array.from(direct.outputs.get('scores')!.data as Float32Array));
    // One step of 1/16 of one pixel of 20 where a rounding falls on the other side.
    expectClose(await scores(path, images, 5, 1, 'imported'), one, 2 / 16 / 20);
    // The quantizers do something.
    const float = smallScores(images, { mean: [0, 0], std: [1, 1] });
    expect(Array.from(one).some((value, i) => Math.abs(value - float[i]) > 1e-4)).toBe(true);
  }, 600_000); // starting threads takes long where all cores are busy

  test('refusals', async () => {
    const path = smallOnnx('refused.onnx', false);
    expect(() => loadNetwork(path, { ...start, normalization: { mean: [0, 0, 0], std: [1, 1, 1] } })).toThrow(
      `--normalize: has 3 channels, the images of ${path} have 2 [normalization-mismatch]`,
    );
    expect(() => loadNetwork(shipped('resnet8-w3a2.tally'), { ...start, normalization })).toThrow(
      '--normalize: is for .onnx files,',
    );
    expect(() => loadNetwork(shipped('trained/fp32.model'), { ...start, as: 'imported' })).toThrow(
      '--as: is for .onnx files,',
    );
    expect(() => loadNetwork(path, { ...start, arithmetic: 'float64' })).toThrow(
      `--arithmetic: is for .model files and for .onnx files read --as imported, ${path} is neither [option-conflict]`,
    );
    expect(() => loadNetwork(shipped('resnet8-w3a2.tally'), { ...start, arithmetic: 'float32' })).toThrow(
      'resnet8-w3a2.tally is neither [option-conflict]',
    );
    expect(() =>
      loadNetwork(shipped('trained/fp32.model'), { ...start, arithmetic: 'fixed-residuals' }),
    ).toThrow(
      /^--arithmetic: is fixed-residuals, the fixed point of the model's integer network, and it has none: .*\[arithmetic-needs-integers\] — evaluate in float64, or quantize every layer$/s,
    );
    const text = join(folder, 'text.txt');
    writeFileSync(text, 'no network');
    expect(() => loadNetwork(text, start)).toThrow(
      `${text}: is neither a .tally nor a .model nor an .onnx file [network-kind-unknown]`,
    );
    const builder = new OnnxGraphBuilder('two');
    const sum = builder.node('Add', [
      builder.input('a', 'float32', [1, 2]),
      builder.input('b', 'float32', [1, 2]),
    ]);
    builder.output('c', sum, 'float32', [1, 2]);
    const two = join(folder, 'two.onnx');
    writeFileSync(two, builder.encode());
    expect(() => loadNetwork(two, start)).toThrow(
      `${two}: graph.inputs: are a float32 [1, 2], b float32 [1, 2]; must be one input [batch, channels, rows, columns] of float32 or uint8 with known sizes [onnx-input-not-images]`,
    );
    const unknown = new OnnxGraphBuilder('unknown');
    const x = unknown.input('x', 'float32', ['n', 1, 2, 2]);
    unknown.output('y', unknown.node('NoSuchThing', [x]), 'float32', ['n', 4]);
    const odd = join(folder, 'odd.onnx');
    writeFileSync(odd, unknown.encode());
    await expect(loadNetwork(odd, start).start(new Map())).rejects.toThrow(
      `${odd}: ONNX Runtime does not run it: `,
    );
    const image = new OnnxGraphBuilder('image');
    image.output(
      'y',
      image.node('Relu', [image.input('x', 'float32', [3, 1, 1, 1])]),
      'float32',
      [3, 1, 1, 1],
    );
    const none = join(folder, 'none.onnx');
    writeFileSync(none, image.encode());
    await expect(loadNetwork(none, start).start(new Map())).rejects.toThrow(
      `${none}: graph.outputs: the first has 3 elements for 3 images, no scores of classes for each [onnx-output-not-scores]`,
    );
  });
});
