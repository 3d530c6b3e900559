import { describe, expect, it } from 'vitest';
import { resnet8 } from './architectures/resnet8.ts';
import { Emitter } from './emitter.ts';
import { evalGraph } from './eval-graph.ts';
import { quantizedGraph } from './quantizers.ts';
import { trainStepGraph } from './step-graph.ts';
import { Tape } from './tape.ts';
import { execute, float, floats } from './testing/execute.ts';

describe('Tape', () => {
  it('adds up the gradients of a value that is read twice', async () => {
    const emitter = new Emitter('tape');
    const tape = new Tape(emitter);
    const x = tape.variable(emitter.input('x', [1, 2]));
    const weight = emitter.input('w', [1, 2]);
    const twice = tape.apply('add', [x, x], {}).output;
    const again = tape.apply('add', [twice, tape.apply('relu', [x], {}).output], {}).output;
    const loss = tape.apply('fully-connected', [again, weight], {}).output;
    const gradients = tape.gradients(loss);
    emitter.output('gradient', gradients.get('x')!);
    expect(gradients.has('w')).toBe(false);
    const outputs = await execute(emitter.builder.encode(), {
      x: float([1, 2], [5, -5]),
      w: float([1, 2], [3, 4]),
    });
    // loss = w . (2 x + relu(x)): 3 * (2 + 1) = 9 where x > 0, 4 * 2 = 8 where x < 0
    expect([...floats(outputs, 'gradient')]).toEqual([9, 8]);
  });

  it('differentiates scalars only', () => {
    const emitter = new Emitter('tape');
    const tape = new Tape(emitter);
    const x = tape.variable(emitter.input('x', [2]));
    expect(() => tape.gradients(tape.apply('relu', [x], {}).output)).toThrow('the loss is a scalar, got [2]');
  });
});

describe('emitted graphs', () => {
  const { graph, weightShapes } = resnet8([1, 8, 8]);
  const quantized = quantizedGraph(graph, 'q', { weights: 3, activations: 2, codes: 'sign-magnitude' });

  it('are the same bytes for the same network and options', () => {
    const options = { batch: 4, momentum: 0.9, weightDecay: 1e-4 };
    for (const one of [graph, quantized]) {
      expect(trainStepGraph(one, weightShapes, options).bytes).toEqual(
        trainStepGraph(one, weightShapes, options).bytes,
      );
      expect(evalGraph(one, weightShapes, options).bytes).toEqual(
        evalGraph(one, weightShapes, options).bytes,
      );
    }
  });

  it('refuse a network whose shapes do not fit', () => {
    const nodes = graph.nodes.map((node) =>
      node.kind === 'add' && node.id === 'block2.add'
        ? { ...node, inputs: ['block2.bn2', 'relu1'] as const }
        : node,
    );
    expect(() => evalGraph({ ...graph, nodes }, weightShapes, { batch: 4 })).toThrow(
      'model.resnet8.nodes.block2.add: adds shapes [32,4,4] and [16,8,8] [model-shape-mismatch] — make both branches end in the same shape',
    );
    const unordered = [...graph.nodes].reverse();
    expect(() => evalGraph({ ...graph, nodes: unordered }, weightShapes, { batch: 4 })).toThrow(
      "model.resnet8.nodes.fc: reads the value 'flatten', which no earlier node makes [model-value-unknown]",
    );
    expect(() => evalGraph(graph, new Map(), { batch: 4 })).toThrow(
      "model.resnet8.nodes.conv1: the weight parameter 'conv1.weight' has no shape [model-parameter-missing]",
    );
  });
});
