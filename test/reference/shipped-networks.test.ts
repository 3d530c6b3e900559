import { accuracy, createKernelExecutor, hashNetwork, lower } from '@tally/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openEvaluator } from '../../packages/cli/src/train/evaluate.ts';
import { compareWithOnnxRuntime } from './support/compare.ts';
import { expectCountedByEntries } from './support/count.ts';
import { PARENT, SHIPPED, shippedModel, shippedNetwork, testImages } from './support/shipped.ts';

const data = testImages();
const pixels = data.rows * data.columns;
let parentTop1 = 0;

/** Top-1 of a trained model as the trainer computes it: float32, fake-quantized, by ONNX Runtime. */
async function trainerTop1(name: string): Promise<number> {
  const { graph, parameters } = shippedModel(name);
  const evaluator = await openEvaluator(graph, parameters, 2);
  const { correct } = await evaluator.evaluate(parameters, {
    ...data,
    shape: [1, data.rows, data.columns],
  });
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
    // 65,866 accumulators an image (3 x 16 x 28^2 + 3 x 32 x 14^2 + 3 x 64 x 7^2 + 10), and the codes and streams made from them.
    const values = await compareWithOnnxRuntime(network, data.images, data.count);
    expect(values).toBeGreaterThan(data.count * 65_866);
  }, 600_000);

  test('20 images counted entry by entry: the same accumulators', () => {
    expectCountedByEntries(name, data.images.subarray(0, 20 * pixels), 20);
  });
});

test('the network of the demo: 200 images counted entry by entry, the same accumulators in every layer', () => {
  expectCountedByEntries('resnet8-w3a2', data.images.subarray(0, 200 * pixels), 200);
}, 600_000);
