import { createKernelExecutor, exactBuilds } from '@tally/core';
import { expect, test } from 'vitest';
import { randomImages } from '../../packages/cli/bench/random.ts';
import { resnet18 } from '../../packages/cli/bench/resnet18.ts';
import { compareWithOnnxRuntime, sameBytes } from './support/compare.ts';

const network = resnet18(1);
const images = randomImages(2, 3 * 224 * 224, 8, 1);

test("a ResNet-18 of random codes at 224 x 224: every value of every node equals ONNX Runtime's", async () => {
  // The largest value alone, the stem's, is 64 x 112 x 112 integers an image.
  expect(await compareWithOnnxRuntime(network, images, 2)).toBeGreaterThan(2 * 64 * 112 * 112);
});

test('every build of the kernels gives the same outputs', () => {
  const [first, ...others] = exactBuilds().map(
    (build) => createKernelExecutor(network, { build }).run(images, 2).outputs,
  );
  expect(others.length).toBeGreaterThan(0);
  for (const outputs of others) expect(sameBytes(outputs, first)).toBe(true);
});
