import {
  accuracy,
  chipPreset,
  countNetwork,
  createKernelExecutor,
  createReferenceExecutor,
  hashNetwork,
  lower,
  operatingPoint,
  runOnChip,
  techPreset,
} from '@tally/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openEvaluator } from '../../packages/cli/src/train/evaluate.ts';
import { compareWithOnnxRuntime, sameBytes } from './support/compare.ts';
import { PARENT, SHIPPED, shippedModel, shippedNetwork, testImages } from './support/shipped.ts';

const data = testImages();
let parentTop1 = 0;

/** Top-1 of a trained model as the trainer computes it: float32, fake-quantized, by ONNX Runtime. */
async function trainerTop1(name: string): Promise<number> {
  const { graph, parameters } = shippedModel(name);
  const evaluator = await openEvaluator(graph, parameters, 2);
  const { correct } = await evaluator.evaluate(parameters, data);
  await evaluator.close();
  return (100 * correct) / data.count;
}

beforeAll(async () => {
  parentTop1 = await trainerTop1(PARENT);
});

test('the test set is whole', () => {
  expect([data.count, data.rows, data.columns, data.labels.length]).toEqual([10_000, 28, 28, 10_000]);
});

test('the full-precision parent is right on at least 92.5 % of the 10,000 test images', () => {
  expect(parentTop1).toBeGreaterThanOrEqual(92.5);
});

describe.each(SHIPPED)('$name', ({ name, mayLose }) => {
  const { network, hash } = shippedNetwork(name);

  test('is what its trained model lowers to', () => {
    expect(hashNetwork(lower(shippedModel(name)))).toBe(hash);
  });

  test(`integers only: within ${mayLose} points of the parent, within 0.1 of the trainer's fake-quantized top-1`, async () => {
    const { outputs } = createKernelExecutor(network).run(data.images, data.count);
    const top1 = 100 * accuracy(outputs, data.labels);
    expect(parentTop1 - top1).toBeLessThanOrEqual(mayLose);
    expect(Math.abs(top1 - (await trainerTop1(name)))).toBeLessThanOrEqual(0.1);
  });

  test("every value of all 10,000 images equals ONNX Runtime's integer operators", async () => {
    // 65,866 accumulators an image (see the nightly suite), and the codes and streams made from them.
    const values = await compareWithOnnxRuntime(network, data.images, data.count);
    expect(values).toBeGreaterThan(data.count * 65_866);
  }, 600_000);

  test('20 images counted entry by entry: the same accumulators', () => {
    expectCountedByEntries(name, 20);
  });
});

test('the network of the demo: 200 images counted entry by entry, the same accumulators in every layer', () => {
  expectCountedByEntries('resnet8-w3a2', 200);
}, 600_000);

/**
 * Counts every dot product entry by entry: the accumulators must be the reference executor's, and the
 * counts those that the pipeline derives from the kernels' level histograms.
 */
function expectCountedByEntries(name: string, count: number): void {
  const { network, hash } = shippedNetwork(name);
  const images = data.images.subarray(0, count * data.rows * data.columns);
  const chip = chipPreset(chipOf(name));
  const report = runOnChip({
    network,
    chip,
    tech: techPreset('zhu2020-65nm'),
    operatingPoint: operatingPoint(chip, 'peak-efficiency'),
    executor: createKernelExecutor(network),
    images,
    count,
    labels: data.labels.subarray(0, count),
  });
  expect(report.network.hash).toBe(hash);
  const layers = countNetwork(network, chip, createReferenceExecutor(network), images, count);
  // The stem, three blocks of two, two shortcuts, the classifier: 1 + 6 + 2 + 1 = 10.
  expect(layers).toHaveLength(10);
  for (const [i, { layer, count: counted, expected }] of layers.entries()) {
    expect(sameBytes(counted.outputs, expected), layer.id).toBe(true);
    expect(report.layers[i].classMatches, layer.id).toEqual(counted.classes);
    expect(report.layers[i].vectors * count, layer.id).toBe(counted.vectors);
  }
}

function chipOf(name: string): string {
  if (name.endsWith('twos')) return 'lsq-w3a3';
  return name.endsWith('w3a3') ? 'zhu2020-w3a3' : 'zhu2020';
}
