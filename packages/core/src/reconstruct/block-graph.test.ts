import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { FloatTensor, ModelGraph } from '../model/model.ts';
import { resnet8 } from '../train/architectures/resnet8.ts';
import { initialModel } from '../train/initialize.ts';
import { valueShapes, weightShapesOf } from '../train/parameters.ts';
import { quantizedGraph } from '../train/quantizers.ts';
import { Random } from '../train/random.ts';
import { execute, float, floats } from '../train/testing/execute.ts';
import { adamCorrections } from './adam.ts';
import {
  blockForwardGraph,
  blockNames,
  blockStepGraph,
  type BlockStep,
  type BlockStepOptions,
} from './block-graph.ts';
import { blockGraph, partition } from './partition.ts';
import { initialRounding } from './rounding.ts';

const BATCH = 2;
const PLAIN: BlockStepOptions = {
  batch: BATCH,
  rounding: true,
  affine: false,
  drop: false,
  objective: 'squared-error',
};
const FORMAT = { system: 'sign-magnitude', bits: 3 } as const;

/** The second residual block of a small ResNet-8, quantized, with random input. */
function setUp(): { block: ModelGraph; parameters: Map<string, FloatTensor>; input: Float32Array } {
  const { graph, weightShapes } = resnet8([1, 12, 12]);
  const parent = initialModel(graph, weightShapes, 3);
  const quantized = quantizedGraph(graph, 'quantized', {
    weights: 3,
    activations: 3,
    codes: 'sign-magnitude',
  });
  const parameters = new Map<string, FloatTensor>(parent.parameters);
  for (const node of quantized.nodes) {
    if (node.kind === 'quantize') parameters.set(node.step, { shape: [], data: Float32Array.of(0.3) });
    if ((node.kind === 'conv' || node.kind === 'fully-connected') && node.weightQuantizer !== null) {
      const weight = parent.parameters.get(node.weight)!;
      const outputs = weight.shape[0];
      const size = weight.data.length / outputs;
      const steps = Float32Array.from(
        { length: outputs },
        (_, o) => Math.max(...weight.data.subarray(o * size, (o + 1) * size).map(Math.abs)) / 3.4,
      );
      parameters.set(node.weightQuantizer.step, { shape: [outputs], data: steps });
    }
  }
  const part = partition(quantized)[2];
  const shape = valueShapes(quantized, weightShapesOf(quantized, parameters)).get(part.input)!;
  const random = new Random(4, 'input');
  const input = Float32Array.from({ length: BATCH * shape.reduce((a, b) => a * b, 1) }, () =>
    Math.max(0, random.normal()),
  );
  return { block: blockGraph(quantized, part, shape), parameters, input };
}

const { block, parameters, input } = setUp();
const weightShapes = weightShapesOf(block, parameters);
const scalar = (value: number): Tensor => float([], [value]);

/** Inputs of a step: state at its start, everything else as given. */
function feedsOf(step: BlockStep, target: Float32Array, rate: number): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {
    [blockNames.input]: float([BATCH, ...block.input.shape], input),
    [blockNames.target]: float([BATCH, ...step.output], target),
    [blockNames.pixels]: float(
      [BATCH, 1, ...step.output.slice(1)],
      new Float32Array((BATCH * target.length) / BATCH / step.output[0]).fill(0.25),
    ),
    [blockNames.firstCorrection]: scalar(adamCorrections(1).first),
    [blockNames.secondCorrection]: scalar(adamCorrections(1).second),
    [blockNames.regularization]: scalar(0),
    [blockNames.beta]: scalar(20),
  };
  for (const name of step.constants) {
    const { shape, data } = parameters.get(name)!;
    feeds[blockNames.parameter(name)] = float(shape, data);
  }
  for (const { name, shape, group } of step.learned) {
    feeds[blockNames.rate(group)] = scalar(rate);
    let { data } = parameters.get(name)!;
    if (group === 'rounding') {
      const stepName = name.replace('.weight', '.step');
      const { floor, logits } = initialRounding({ shape, data }, parameters.get(stepName)!, FORMAT);
      feeds[blockNames.floor(name)] = float(shape, floor.data);
      data = logits.data;
    }
    feeds[blockNames.state(name)] = float(shape, data);
    feeds[blockNames.first(name)] = float(shape, new Float32Array(data.length));
    feeds[blockNames.second(name)] = float(shape, new Float32Array(data.length));
  }
  return feeds;
}

/** The block's output with the quantizers of its weights taken away: what soft rounding starts from. */
async function softOutput(): Promise<Float32Array> {
  const nodes = block.nodes.map((node) => (node.kind === 'conv' ? { ...node, weightQuantizer: null } : node));
  const plain = { ...block, nodes };
  const emitted = blockForwardGraph(plain, weightShapes, { batch: BATCH, images: false });
  const feeds = emitted.parameters.map((name) => {
    const { shape, data } = parameters.get(name)!;
    return [blockNames.parameter(name), float(shape, data)] as const;
  });
  const outputs = await execute(emitted.bytes, {
    ...Object.fromEntries(feeds),
    [blockNames.input]: float([BATCH, ...block.input.shape], input),
  });
  return floats(outputs, blockNames.output);
}

describe('a step of block reconstruction', () => {
  it('begins with the float weights: the loss is the weighted distance of their output from the target', async () => {
    const step = blockStepGraph(block, weightShapes, { ...PLAIN, affine: true });
    const start = await softOutput();
    const random = new Random(9, 'target');
    const target = start.map((value) => value + random.normal());
    const outputs = await execute(step.bytes, feedsOf(step, target, 0));
    const expected = start.reduce((sum, value, i) => sum + 0.25 * (value - target[i]) ** 2, 0);
    // The margin of 0.01 codes that keeps fractions movable is all that differs.
    expect(Math.abs(floats(outputs, blockNames.loss)[0] / expected - 1)).toBeLessThan(0.01);
  });

  it('moves everything by its learning rate against the gradient, and the loss falls', async () => {
    const step = blockStepGraph(block, weightShapes, { ...PLAIN, affine: true });
    expect(new Set(step.learned.map(({ group }) => group))).toEqual(new Set(['rounding', 'step', 'affine']));
    const target = (await softOutput()).map((value) => Math.max(0, 0.5 * value - 0.1));
    const rate = 1e-3;
    const feeds = feedsOf(step, target, rate);
    const outputs = await execute(step.bytes, feeds);
    const next: Record<string, Tensor> = { ...feeds };
    for (const { name, group } of step.learned) {
      const state = blockNames.state(name);
      const before = feeds[state].data as Float32Array;
      const after = floats(outputs, blockNames.next(state));
      next[state] = outputs[blockNames.next(state)];
      // Adam's first update is the learning rate, whatever the gradient's size; zero gradients stay.
      after.forEach((value, i) => {
        const moved = Math.abs(value - before[i]);
        expect(moved < 1e-9 || Math.abs(moved - rate) < 2e-5, `${group} ${name} ${i}: ${moved}`).toBe(true);
      });
      expect(after.some((value, i) => value !== before[i])).toBe(true);
    }
    const later = await execute(step.bytes, next);
    expect(floats(later, blockNames.loss)[0]).toBeLessThan(floats(outputs, blockNames.loss)[0]);
  });

  it('gives gradients of rounding that central differences of the loss confirm', async () => {
    const step = blockStepGraph(block, weightShapes, PLAIN);
    expect(step.learned.every(({ group }) => group !== 'affine')).toBe(true);
    const target = (await softOutput()).map((value) => 0.7 * value);
    const feeds = feedsOf(step, target, 0);
    const outputs = await execute(step.bytes, feeds);
    // The last convolution before the addition: no activation quantizer after it, so the loss is smooth in its weights.
    const name = step.learned.find(({ name }) => name === 'block2.conv2.weight')!.name;
    const gradient = floats(outputs, blockNames.next(blockNames.first(name))).map((value) => value / 0.1);
    const logits = feeds[blockNames.state(name)];
    const largest = [...gradient.keys()]
      .sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a]))
      .slice(0, 5);
    for (const index of largest) {
      const lossAt = async (by: number): Promise<number> => {
        const data = (logits.data as Float32Array).with(index, (logits.data[index] as number) + by);
        const changed = await execute(step.bytes, {
          ...feeds,
          [blockNames.state(name)]: float(logits.dims, data),
        });
        return floats(changed, blockNames.loss)[0];
      };
      const difference = ((await lossAt(0.05)) - (await lossAt(-0.05))) / 0.1;
      expect(Math.abs(gradient[index] / difference - 1), `${gradient[index]} for ${difference}`).toBeLessThan(
        0.02,
      );
    }
  });

  it('drops quantization where the masks say, and mixes the inputs', async () => {
    const step = blockStepGraph(block, weightShapes, { ...PLAIN, drop: true });
    // The block's own input quantizer is shared by the branch and the shortcut.
    expect(step.drops.map(({ quantizer }) => quantizer)).toEqual([
      'block1.relu2.quantize',
      'block2.relu1.quantize',
    ]);
    const target = await softOutput();
    const feeds = feedsOf(step, target, 0);
    const shape = [BATCH, ...block.input.shape];
    const other = input.map((value) => value + 0.1);
    const masks = (bit: number): Record<string, Tensor> => ({
      [blockNames.floatInput]: float(shape, other),
      ...Object.fromEntries(
        step.drops.map(({ quantizer, shape }) => [
          blockNames.dropMask(quantizer),
          new Tensor('bool', new Uint8Array(shape.reduce((a, b) => a * b, 1)).fill(bit), [...shape]),
        ]),
      ),
    });
    const mixed = (bit: number): Record<string, Tensor> => ({
      [blockNames.floatMask]: new Tensor('bool', new Uint8Array(input.length).fill(bit), shape),
    });
    const loss = async (drop: number, mix: number): Promise<number> =>
      floats(await execute(step.bytes, { ...feeds, ...masks(drop), ...mixed(mix) }), blockNames.loss)[0];
    const without = blockStepGraph(block, weightShapes, PLAIN);
    const plain = floats(await execute(without.bytes, feedsOf(without, target, 0)), blockNames.loss)[0];
    expect(await loss(0, 0)).toBe(plain);
    expect(await loss(1, 0)).not.toBe(plain);
    expect(await loss(0, 1)).not.toBe(plain);
  });
});
