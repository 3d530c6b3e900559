import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  graphNames,
  inferenceGraph,
  initialModel,
  isTrainable,
  resnet8,
  trainStepGraph,
  withQuantizers,
  quantizedGraph,
  quantizedValues,
  type FloatTensor,
  type Model,
} from '@tally/core';
import { plainBatch } from './batches.ts';
import { readTrainingData } from './data.ts';
import { meanState, openReplicas } from './replicas.ts';
import { openStepRunner, type StepStart, type TrainingState } from './step-runner.ts';
import { writeSyntheticData } from './testing/synthetic.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-replicas-'));
writeSyntheticData(directory, 64, 10);
const { train: data } = await readTrainingData(directory);
afterAll(() => rmSync(directory, { recursive: true }));

const BATCH = 24;
const PRECISION = { weights: 3, activations: 2, codes: 'sign-magnitude' } as const;

/** A W3A2 network with weights from a seed; frozen: without batch norms that see the batch. */
function network(isFrozen: boolean): Model {
  const { graph, weightShapes } = resnet8(data.shape);
  const parent = initialModel(graph, weightShapes, 7);
  const magnitudes = new Map(quantizedValues(quantizedGraph(graph, 'x', PRECISION)).map((id) => [id, 0.8]));
  const model = withQuantizers(parent, 'x', PRECISION, magnitudes);
  const nodes = model.graph.nodes.map((node) =>
    node.kind === 'batch-norm' && isFrozen ? { ...node, frozen: true } : node,
  );
  return { graph: { ...model.graph, nodes }, parameters: model.parameters };
}

/** A step's graphs for parts of the batch, and the state before it. */
function startOf({ graph, parameters }: Model, batch: number): { start: StepStart; state: TrainingState } {
  const shapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]));
  const step = trainStepGraph(graph, shapes, {
    batch,
    momentum: 0.9,
    weightDecay: 1e-3,
    distillation: { share: 0.5, temperature: 4 },
  });
  const state = new Map<string, FloatTensor>();
  for (const { name, role } of step.parameters) {
    const { shape, data: values } = parameters.get(name)!;
    state.set(graphNames.parameter(name), { shape, data: values });
    const momentum = values.map((value) => value / 50);
    if (isTrainable(role)) state.set(graphNames.momentum(name), { shape, data: momentum });
  }
  const teacher = inferenceGraph({ graph, parameters }, { batch });
  return { start: { graph: step.bytes, teacher, threads: 1 }, state };
}

function farthest(a: TrainingState, b: TrainingState): number {
  expect([...a.keys()]).toEqual([...b.keys()]);
  return [...a].reduce((most, [name, { data: values }]) => {
    const other = b.get(name)!.data;
    return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other[i])), most);
  }, 0);
}

describe('replicas', () => {
  it.each([2, 3])(
    '%d of a network without batch statistics step as one does on the whole batch',
    async (count) => {
      const model = network(true);
      const whole = startOf(model, BATCH);
      const alone = await openStepRunner(whole.start);
      const together = await openReplicas(startOf(model, BATCH / count).start, count);
      try {
        const expected = await alone.step(whole.state, plainBatch(data, 0, BATCH), 0.1);
        const actual = await together.step(whole.state, plainBatch(data, 0, BATCH), 0.1);
        expect(actual.correct).toBe(expected.correct);
        expect(actual.loss).toBeCloseTo(expected.loss, 5);
        expect(farthest(actual.state, expected.state)).toBeLessThan(2e-6);
        expect(farthest(whole.state, expected.state), 'the step moves').toBeGreaterThan(1e-3);
      } finally {
        await alone.close();
        await together.close();
      }
    },
  );

  it('come to the mean of what each part makes alone, batch norms on its own statistics', async () => {
    const model = network(false);
    const { start, state } = startOf(model, BATCH / 2);
    const alone = await openStepRunner(start);
    const together = await openReplicas(start, 2);
    try {
      const halves = [
        await alone.step(state, plainBatch(data, 0, BATCH / 2), 0.1),
        await alone.step(state, plainBatch(data, BATCH / 2, BATCH / 2), 0.1),
      ] as const;
      const actual = await together.step(state, plainBatch(data, 0, BATCH), 0.1);
      for (const [name, { data: values }] of actual.state) {
        const [a, b] = halves.map((half) => half.state.get(name)!.data) as [Float32Array, Float32Array];
        expect(values, name).toEqual(Float32Array.from(a, (value, i) => (value + b[i]) / 2));
      }
      expect(actual.loss).toBe((halves[0].loss + halves[1].loss) / 2);
      expect(actual.correct).toBe(halves[0].correct + halves[1].correct);
    } finally {
      await alone.close();
      await together.close();
    }
  });

  it('pass on why one cannot start or step', async () => {
    const { start, state } = startOf(network(true), 4);
    await expect(openReplicas({ ...start, graph: Uint8Array.of(1, 2, 3) }, 2)).rejects.toThrow(
      /protobuf|parse/i,
    );
    const together = await openReplicas(start, 2);
    await expect(together.step(state, plainBatch(data, 0, 6), 0.1)).rejects.toThrow(/dimensions|shape/i);
    await together.close();
  });

  it('of no states have no mean', () => {
    expect(() => meanState([])).toThrow('no states');
  });
});
