import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputsOf, type ModelGraph, type ModelNode } from '../model/model.ts';
import { randomModel } from '../testing/random-model.ts';
import { resnet8 } from '../train/architectures/resnet8.ts';
import { valueShapes, weightShapesOf } from '../train/parameters.ts';
import { quantizedGraph } from '../train/quantizers.ts';
import { blockGraph, partition } from './partition.ts';

const precision = { weights: 3, activations: 3, codes: 'sign-magnitude' } as const;

describe('partition', () => {
  it('finds the residual blocks, and single layers elsewhere', () => {
    const blocks = partition(quantizedGraph(resnet8().graph, 'quantized', precision));
    expect(blocks).toEqual([
      { name: 'relu1', input: 'input', output: 'relu1', layers: ['conv1'] },
      {
        name: 'block1.relu2',
        input: 'relu1',
        output: 'block1.relu2',
        layers: ['block1.conv1', 'block1.conv2'],
      },
      {
        name: 'block2.relu2',
        input: 'block1.relu2',
        output: 'block2.relu2',
        layers: ['block2.conv1', 'block2.conv2', 'block2.shortcut'],
      },
      {
        name: 'block3.relu2',
        input: 'block2.relu2',
        output: 'block3.relu2',
        layers: ['block3.conv1', 'block3.conv2', 'block3.shortcut'],
      },
      { name: 'fc', input: 'block3.relu2', output: 'fc', layers: ['fc'] },
    ]);
  });

  it('covers every node that the output needs once, one block behind the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
        const { graph, parameters } = randomModel(seed, { residual: true, leaky: seed % 2 === 0 });
        const blocks = partition(graph);
        const shapes = valueShapes(graph, weightShapesOf(graph, parameters));
        let previous = 'input';
        const covered: string[] = [];
        for (const block of blocks) {
          expect(block.input).toBe(previous);
          expect(block.layers.length).toBeGreaterThan(0);
          previous = block.output;
          const part = blockGraph(graph, block, shapes.get(block.input) ?? []);
          covered.push(...part.nodes.map(({ id }) => id));
          // Nothing is read but the block's input and its own values.
          const own = new Set(['input', ...part.nodes.map(({ id }) => id)]);
          for (const node of part.nodes) for (const id of inputsOf(node)) expect(own.has(id)).toBe(true);
        }
        expect(previous).toBe(graph.output);
        expect(covered.toSorted()).toEqual(needed(graph).toSorted());
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a network without layers and a part that reads the network’s input', () => {
    const relu: ModelNode = { kind: 'relu', id: 'relu', input: 'input' };
    const graph: ModelGraph = { ...resnet8().graph, name: 'empty', nodes: [relu], output: 'relu' };
    expect(() => partition(graph)).toThrow(
      'model.empty: has no conv or fully connected layer to reconstruct [model-without-layers] — start from a network with weights',
    );
    const add: ModelNode = { kind: 'add', id: 'add', inputs: ['relu', 'input'] };
    expect(() =>
      blockGraph(
        { ...graph, nodes: [relu, add], output: 'add' },
        { name: 'add', input: 'relu', output: 'add' },
        [1, 2, 2],
      ),
    ).toThrow(
      "model.empty.add: depends on the network's input beside 'relu' [block-not-separable] — choose a value that every path to the block passes",
    );
  });
});

/** Ids of the nodes that the output depends on. */
function needed(graph: ModelGraph): string[] {
  const wanted = new Set([graph.output]);
  for (const node of [...graph.nodes].reverse()) {
    if (wanted.has(node.id)) for (const id of inputsOf(node)) wanted.add(id);
  }
  wanted.delete('input');
  return [...wanted];
}
