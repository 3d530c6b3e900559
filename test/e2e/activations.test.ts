import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKernelExecutor,
  decodeNetwork,
  OnnxGraphBuilder,
  Random,
  rankOf,
  runReportSchema,
} from '@tally/core';
import { expect, test } from 'vitest';
import { compareWithOnnxRuntime } from '../reference/support/compare.ts';
import { tally, temporaryFolder } from './support/tally.ts';
import { idxImages, idxLabels, writeTinyDataset } from './support/tiny.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const IMAGES = 6;

/**
 * Conv, batch norm, LeakyRelu, max pool; conv, HardSigmoid, Resize; conv, batch norm, LeakyRelu, added to what the Resize
 * made, LeakyRelu of the sum; mean and a linear layer: 28 x 28 pixels to 10 classes.
 */
function leakyNetwork(): Uint8Array {
  const random = new Random(3);
  const builder = new OnnxGraphBuilder('leaky');
  const parameter = (name: string, shape: readonly number[], spread: number, centre = 0): string => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, () => centre + spread * (2 * random.unit() - 1));
    return builder.parameter(name, 'float32', shape, values);
  };
  const conv = (
    x: string,
    name: string,
    [out, channels]: readonly [number, number],
    stride: number,
  ): string =>
    builder.node('Conv', [x, parameter(`${name}.weight`, [out, channels, 3, 3], 0.6 / Math.sqrt(channels))], {
      kernel_shape: { ints: [3, 3] },
      strides: { ints: [stride, stride] },
      pads: { ints: [1, 1, 1, 1] },
    });
  const norm = (x: string, name: string, channels: number): string =>
    builder.node('BatchNormalization', [
      x,
      parameter(`${name}.weight`, [channels], 0.3, 1),
      parameter(`${name}.bias`, [channels], 0.3),
      parameter(`${name}.running_mean`, [channels], 0.1),
      parameter(`${name}.running_var`, [channels], 0.1, 0.5),
    ]);
  const leaky = (x: string, name: string): string =>
    builder.node('LeakyRelu', [x], { alpha: { float: 0.1 } }, undefined, `/${name}/LeakyRelu`);
  const x = builder.input('image', 'float32', [1, 1, 28, 28]);
  const first = leaky(norm(conv(x, 'conv1', [4, 1], 2), 'bn1', 4), 'act1');
  const pooled = builder.node('MaxPool', [first], {
    kernel_shape: { ints: [2, 2] },
    strides: { ints: [2, 2] },
  });
  const gate = builder.node(
    'HardSigmoid',
    [conv(pooled, 'conv2', [6, 4], 1)],
    {},
    undefined,
    '/gate/HardSigmoid',
  );
  const scales = builder.constant('float32', [4], [1, 1, 2, 2]);
  const nearest = {
    coordinate_transformation_mode: { string: 'asymmetric' },
    nearest_mode: { string: 'floor' },
  };
  const large = builder.node('Resize', [gate, '', scales], nearest, undefined, '/up/Resize');
  const branch = leaky(norm(conv(large, 'conv3', [6, 6], 1), 'bn3', 6), 'act3');
  const sum = leaky(builder.node('Add', [branch, large]), 'act4');
  const mean = builder.node('Flatten', [builder.node('GlobalAveragePool', [sum])]);
  const logits = builder.node(
    'Gemm',
    [mean, parameter('fc.weight', [10, 6], 1), parameter('fc.bias', [10], 0.1)],
    {
      transB: { int: 1 },
    },
  );
  builder.output('logits', logits, 'float32', [1, 10]);
  return builder.encode();
}

async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tally(args, { cwd: folder.path });
  expect(code, `${args.join(' ')}\n${stderr}`).toBe(0);
  return stdout;
}

test('LeakyRelu, HardSigmoid and Resize: quantized with learned rounding, evaluated, run, equal to ONNX Runtime', async () => {
  writeTinyDataset(folder.path, IMAGES);
  writeFileSync(at('x.onnx'), leakyNetwork());
  const shown = await succeed('inspect', 'x.onnx');
  expect(shown).toContain('becomes        a model that tally quantize --data calibrates');

  const calibration = ['--data', 'images', '--split', 'test', '--images', '6', '--bits', '*=W4A4'];
  const learning = ['--method', 'reconstruct', '--iterations', '3'];
  await succeed('quantize', 'x.onnx', ...calibration, ...learning, '--model-out', 'y.model', '-o', 'y.tally');
  const { network } = decodeNetwork(readFileSync(at('y.tally')), 'y.tally');
  const ids = network.nodes.map(({ kind, id }) => `${kind} ${id}`);
  expect(ids).toContain('upsample up');
  // The sum's activation is in fixed point; the others are thresholds.
  expect(ids).toContain('affine act4.slope');
  expect(ids.some((id) => id.includes('act1'))).toBe(ids.includes('threshold act1.quantize'));

  const images = idxImages(IMAGES).subarray(16);
  expect(await compareWithOnnxRuntime(network, images, IMAGES)).toBeGreaterThan(10_000);

  const evaluated = JSON.parse(await succeed('eval', 'y.tally', '--data', 'images', '--json', '-')) as {
    readonly top1: { readonly correct: number };
  };
  const { outputs } = createKernelExecutor(network).run(images, IMAGES);
  const ranks = Array.from(idxLabels(IMAGES).subarray(8), (label, i) => rankOf(outputs, label, i * 10, 10));
  expect(evaluated.top1.correct).toBe(ranks.filter((rank) => rank < 1).length);
  const fake = JSON.parse(await succeed('eval', 'y.model', '--data', 'images', '--json', '-')) as object;
  expect(fake).toMatchObject({ top1: evaluated.top1 });

  // Beside the macro, 6 channels of 14 x 14 pixels are written twice per image: as the codes that conv3 reads, and as what is added.
  const report = runReportSchema.parse(
    JSON.parse(await succeed('run', 'y.tally', '--data', 'images', '--json', '-')),
  );
  expect(report.host.byKind.find(({ kind }) => kind === 'upsample')).toMatchObject({
    nodes: 2,
    moves: 2 * 6 * 14 * 14,
  });
}, 600_000);
