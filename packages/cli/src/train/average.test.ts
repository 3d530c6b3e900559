import { describe, expect, it } from 'vitest';
import { graphNames, initialModel, Random, resnet8, type FloatTensor, type Model } from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import { freshStatistics, WeightAverage } from './average.ts';
import type { TrainingState } from './step-runner.ts';

const tensor = (...values: number[]): FloatTensor => ({
  shape: [values.length],
  data: Float32Array.from(values),
});
const stateOf = (values: FloatTensor): TrainingState => new Map([[graphNames.parameter('w'), values]]);

describe('averaged weights', () => {
  it('are the mean over steps, also when kept half-way', () => {
    const shapes = new Map([['w', tensor(9, 9)]]);
    const steps = [tensor(1, -2), tensor(4, 0), tensor(-2, 5), tensor(7, 3)];
    const whole = new WeightAverage(['w'], shapes, new Map(), 0);
    for (const step of steps) whole.add(stateOf(step));
    expect([...whole.parameters()]).toEqual([['w', tensor(2.5, 1.5)]]);

    const first = new WeightAverage(['w'], shapes, new Map(), 0);
    for (const step of steps.slice(0, 3)) first.add(stateOf(step));
    const second = new WeightAverage(['w'], shapes, first.tensors(), 3);
    second.add(stateOf(tensor(7, 3)));
    expect(second.parameters()).toEqual(whole.parameters());
    expect(() => new WeightAverage(['w'], shapes, new Map(), 3)).toThrow("lacks the mean of 'w'");
  });
});

describe('fresh statistics', () => {
  const { graph, weightShapes } = resnet8([1, 8, 8]);
  const model = initialModel(graph, weightShapes, 3);
  const batch = 4;
  const random = new Random(5);
  const codes = Array.from({ length: 3 }, () =>
    Uint8Array.from({ length: batch * 64 }, () => random.below(256)),
  );
  const images = (index: number): Tensor => new Tensor('uint8', codes[index], [batch, 1, 8, 8]);

  /** Mean and unbiased variance of every channel of the first convolution's output, batch by batch, in float64. */
  function naive({ parameters }: Model): { mean: number[]; variance: number[] } {
    const conv = graph.nodes.find((node) => node.kind === 'conv');
    if (conv?.kind !== 'conv') throw new Error('no convolution');
    const { data, shape } = parameters.get(conv.weight)!;
    expect(shape.slice(1)).toEqual([1, 3, 3]);
    const channels = shape[0];
    const mean = Array.from({ length: channels }, () => 0);
    const variance = Array.from({ length: channels }, () => 0);
    for (const pixels of codes) {
      for (let c = 0; c < channels; c++) {
        const values: number[] = [];
        for (let n = 0; n < batch; n++)
          for (let y = 0; y < 8; y++)
            for (let x = 0; x < 8; x++) {
              let sum = 0;
              for (let dy = -1; dy <= 1; dy++)
                for (let dx = -1; dx <= 1; dx++) {
                  if (y + dy < 0 || y + dy > 7 || x + dx < 0 || x + dx > 7) continue;
                  const code = pixels[n * 64 + (y + dy) * 8 + x + dx];
                  sum += code * graph.input.scale * data[c * 9 + (dy + 1) * 3 + dx + 1];
                }
              values.push(sum);
            }
        const of = values.reduce((a, b) => a + b, 0) / values.length;
        mean[c] += of / codes.length;
        variance[c] += values.reduce((a, b) => a + (b - of) ** 2, 0) / (values.length - 1) / codes.length;
      }
    }
    return { mean, variance };
  }

  it('are the mean of what the batches give, and change nothing else', async () => {
    const made = await freshStatistics(model, { batch, count: codes.length, images }, 1);
    const norm = graph.nodes.find((node) => node.kind === 'batch-norm');
    if (norm?.kind !== 'batch-norm') throw new Error('no batch norm');
    const expected = naive(model);
    const close = (name: string, values: readonly number[]): void => {
      for (const [c, value] of made.parameters.get(name)!.data.entries())
        expect(value).toBeCloseTo(values[c], 5);
    };
    close(norm.mean, expected.mean);
    close(norm.variance, expected.variance);
    const statistics = new Set(
      graph.nodes.flatMap((node) => (node.kind === 'batch-norm' ? [node.mean, node.variance] : [])),
    );
    for (const [name, value] of model.parameters) {
      if (!statistics.has(name)) expect(made.parameters.get(name)).toBe(value);
      else expect(made.parameters.get(name)).not.toEqual(value);
    }
  });
});
