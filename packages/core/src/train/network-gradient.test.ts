import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Model, ModelGraph, ModelNode } from '../model/model.ts';
import { codeRange } from '../network/codes.ts';
import { resnet8 } from './architectures/resnet8.ts';
import { initialModel } from './initialize.ts';
import { isTrainable, weightShapesOf } from './parameters.ts';
import { quantizedGraph, quantizedValues, withQuantizers, type Precision } from './quantizers.ts';
import { Random } from './random.ts';
import { graphNames, trainStepGraph } from './step-graph.ts';
import { execute, float, floats } from './testing/execute.ts';
import type { Naive } from './testing/naive.ts';
import { naiveLoss, type FrozenRounding } from './testing/naive-network.ts';

const BATCH = 3;
const SIZE = 8;
const MOMENTUM = 0.9;
const DECAY = 5e-4;
const RATE = 0.05;

/** The graph with leaky ReLUs for ReLUs, and what the mean reads upsampled. */
function leakyGraph(graph: ModelGraph): ModelGraph {
  const nodes = graph.nodes.flatMap((node): ModelNode[] => {
    if (node.kind === 'relu') return [{ ...node, kind: 'leaky-relu', alpha: 0.1 }];
    if (node.kind !== 'global-average-pool') return [node];
    return [
      { kind: 'upsample', id: 'up', input: node.input, factors: [2, 3] },
      { ...node, input: 'up' },
    ];
  });
  return { ...graph, nodes };
}

/** ResNet-8 for 8x8 images with all parameters off their special starting values. */
function smallModel(precision: Precision | null, isLeaky = false): Model {
  const { graph: plain, weightShapes } = resnet8([1, SIZE, SIZE], 4);
  const graph = isLeaky ? leakyGraph(plain) : plain;
  const model = initialModel(graph, weightShapes, 3);
  for (const [name, { data }] of model.parameters) {
    const random = new Random(11, name);
    const isStatistic = name.endsWith('.mean') || name.endsWith('.variance');
    if (!name.endsWith('.weight') && !isStatistic) {
      for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) + 0.4 * (random.unit() - 0.5);
    }
  }
  if (precision === null) return model;
  const values = quantizedValues(quantizedGraph(graph, 'quantized', precision));
  return withQuantizers(model, 'quantized', precision, new Map(values.map((id) => [id, 0.5])));
}

/** Gradient scale of a quantizer step: 1 / sqrt(N Qp); 1 for everything else. */
function gradientScale(model: Model, name: string, activationFeatures: ReadonlyMap<string, number>): number {
  for (const node of model.graph.nodes) {
    if (node.kind === 'quantize' && node.step === name) {
      return 1 / Math.sqrt(activationFeatures.get(node.input)! * (2 ** node.bits - 1));
    }
    if ((node.kind === 'conv' || node.kind === 'fully-connected') && node.weightQuantizer?.step === name) {
      const count = model.parameters.get(node.weight)!.data.length;
      return 1 / Math.sqrt(count * codeRange(node.weightQuantizer.format).max);
    }
  }
  return 1;
}

/** Features per image of the values that quantizers read, counted by hand for 8x8 images. */
const ACTIVATION_FEATURES = new Map([
  ['relu1', 16 * 8 * 8],
  ['block1.relu1', 16 * 8 * 8],
  ['block1.relu2', 16 * 8 * 8],
  ['block2.relu1', 32 * 4 * 4],
  ['block2.relu2', 32 * 4 * 4],
  ['block3.relu1', 64 * 2 * 2],
  ['pool', 64],
]);

const precisions: readonly (readonly [string, Precision | null, isLeaky?: boolean])[] = [
  ['full precision', null],
  ['full precision, leaky ReLUs, upsampled', null, true],
  ['W3A2 sign-magnitude', { weights: 3, activations: 2, codes: 'sign-magnitude' }],
  ["W3A3 two's complement", { weights: 3, activations: 3, codes: 'twos-complement' }],
];

describe('one training step of a small ResNet-8', () => {
  for (const [title, precision, isLeaky] of precisions) {
    it(`${title}: loss, gradients and update`, { timeout: 120_000 }, async () => {
      const model = smallModel(precision, isLeaky);
      const { bytes, parameters } = trainStepGraph(
        model.graph,
        weightShapesOf(model.graph, model.parameters),
        {
          batch: BATCH,
          momentum: MOMENTUM,
          weightDecay: DECAY,
          gradientOutputs: true,
        },
      );
      const random = new Random(5, 'images');
      const codes = Uint8Array.from({ length: BATCH * SIZE * SIZE }, () => random.below(256));
      const labels = [2, 0, 3];
      const momenta = new Map(
        parameters
          .filter(({ role }) => isTrainable(role))
          .map(({ name, shape }) => [
            name,
            { shape, data: model.parameters.get(name)!.data.map((value) => 0.01 * value) },
          ]),
      );
      const outputs = await execute(bytes, {
        [graphNames.images]: new Tensor('uint8', codes, [BATCH, 1, SIZE, SIZE]),
        [graphNames.labels]: new Tensor('int64', BigInt64Array.from(labels, BigInt), [BATCH]),
        [graphNames.learningRate]: float([], [RATE]),
        ...Object.fromEntries(
          [...model.parameters].map(([name, { shape, data }]) => [
            graphNames.parameter(name),
            float(shape, data),
          ]),
        ),
        ...Object.fromEntries(
          [...momenta].map(([name, { shape, data }]) => [graphNames.momentum(name), float(shape, data)]),
        ),
      });

      const values = new Map<string, Naive>(
        [...model.parameters].map(([name, { shape, data }]) => [
          name,
          { shape, data: Float64Array.from(data) },
        ]),
      );
      const images: Naive = {
        shape: [BATCH, 1, SIZE, SIZE],
        data: Float64Array.from(codes, (code) => code * Math.fround(1 / 255)),
      };
      const frozen: FrozenRounding = new Map();
      const loss = naiveLoss(model.graph, values, images, labels, frozen);
      expect(Math.abs(floats(outputs, graphNames.loss)[0] - loss) / loss).toBeLessThan(1e-5);

      for (const { name, role } of parameters) {
        if (!isTrainable(role)) continue;
        const gradient = floats(outputs, graphNames.gradient(name));
        const value = values.get(name)!;
        const largest = Math.max(...Array.from(gradient, Math.abs));
        // A few elements of each tensor: every element costs two forward passes.
        const pick = new Random(13, name);
        const samples = Math.min(value.data.length, precision?.activations === 3 ? 1 : 2);
        for (let sample = 0; sample < samples; sample++) {
          const index = pick.below(value.data.length);
          // Small, so that no ReLU changes sides (at 1e-6 one of 10,000 did); float64 leaves 8 digits.
          const h = 1e-8;
          const moved = (by: number): number =>
            naiveLoss(
              model.graph,
              new Map(values).set(name, { ...value, data: value.data.with(index, value.data[index] + by) }),
              images,
              labels,
              frozen,
            );
          const difference =
            ((moved(h) - moved(-h)) / (2 * h)) * gradientScale(model, name, ACTIVATION_FEATURES);
          expect(
            Math.abs(gradient[index] - difference),
            `${name}[${index}]: ${gradient[index]} for ${difference}`,
          ).toBeLessThan(1e-5 * largest + 1e-7);
        }
        // SGD as written in PyTorch's documentation, with decay on conv and fc weights only.
        const next = floats(outputs, graphNames.nextParameter(name));
        const nextMomentum = floats(outputs, graphNames.nextMomentum(name));
        for (let i = 0; i < gradient.length; i++) {
          const decayed = gradient[i] + (role === 'weight' ? DECAY * value.data[i] : 0);
          const buffer = MOMENTUM * momenta.get(name)!.data[i] + decayed;
          expect(nextMomentum[i]).toBeCloseTo(buffer, 5);
          expect(next[i]).toBeCloseTo(value.data[i] - RATE * buffer, 5);
        }
      }
    });
  }
});
