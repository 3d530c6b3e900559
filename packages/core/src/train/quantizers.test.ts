import { describe, expect, it } from 'vitest';
import { hasQuantizers } from '../model/has-quantizers.ts';
import type { FloatTensor, ModelGraph, ModelNode } from '../model/model.ts';
import { resnet8 } from './architectures/resnet8.ts';
import { initialModel } from './initialize.ts';
import { parameterSpecs } from './parameters.ts';
import {
  initialStep,
  quantizedGraph,
  quantizedValues,
  withQuantizers,
  type Precision,
} from './quantizers.ts';
import { unquantized } from './unquantized.ts';

const W3A2: Precision = { weights: 3, activations: 2, codes: 'sign-magnitude' };

describe('ResNet-8', () => {
  it('has the parameters that its docstring says', () => {
    const { graph, weightShapes } = resnet8();
    const specs = parameterSpecs(graph, weightShapes);
    const count = specs
      .filter(({ role }) => role !== 'mean' && role !== 'variance')
      .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
    // convolutions 9*(16 + 16*16*2 + 16*32 + 32*32 + 32*64 + 64*64) + 16*32 + 32*64 = 76,288 - see below
    // conv1 144, block1 2*2,304, block2 4,608 + 9,216 + 512, block3 18,432 + 36,864 + 2,048: 76,432;
    // batch norms 2*(16*3 + 32*3 + 64*3) = 672; fc 640 + 10.
    expect(count).toBe(76_432 + 672 + 650);
  });
});

describe('unquantized', () => {
  it('takes away what withQuantizers brought, and nothing else', () => {
    const { graph, weightShapes } = resnet8();
    const parent = initialModel(graph, weightShapes, 1);
    const magnitudes = new Map(quantizedValues(quantizedGraph(graph, 'q', W3A2)).map((id) => [id, 0.6]));
    for (const weightSteps of ['per-layer', 'per-channel'] as const) {
      const made = unquantized(withQuantizers(parent, graph.name, { ...W3A2, weightSteps }, magnitudes));
      const sorted = (nodes: readonly ModelNode[]): ModelNode[] =>
        [...nodes].sort((a, b) => a.id.localeCompare(b.id));
      expect(sorted(made.graph.nodes)).toEqual(sorted(parent.graph.nodes));
      expect({ ...made.graph, nodes: [] }).toEqual({ ...parent.graph, nodes: [] });
      expect(made.parameters).toEqual(parent.parameters);
      expect(unquantized(made)).toEqual(made);
    }
  });

  it('takes a quantizer at the end, and one behind another', () => {
    const values = new Map<string, FloatTensor>([
      ['a', { shape: [], data: Float32Array.of(1) }],
      ['b', { shape: [], data: Float32Array.of(2) }],
    ]);
    const quantizer = { kind: 'quantize', bits: 2, zeroPoint: 0, levels: 4 } as const;
    const graph: ModelGraph = {
      kind: 'model-graph',
      name: 'chain',
      input: { shape: [2], bits: 8, scale: 1 },
      nodes: [
        { kind: 'relu', id: 'relu', input: 'input' },
        { ...quantizer, id: 'q1', input: 'relu', step: 'a' },
        { ...quantizer, id: 'q2', input: 'q1', step: 'b' },
        { kind: 'add', id: 'sum', inputs: ['q1', 'q2'] },
        { ...quantizer, id: 'q3', input: 'sum', step: 'b' },
      ],
      output: 'q3',
    };
    expect(unquantized({ graph, parameters: values })).toEqual({
      graph: {
        ...graph,
        nodes: [graph.nodes[0], { kind: 'add', id: 'sum', inputs: ['relu', 'relu'] }],
        output: 'sum',
      },
      parameters: new Map(),
    });
  });
});

describe('quantizedGraph', () => {
  const quantized = quantizedGraph(resnet8().graph, 'q', W3A2);

  it('puts one quantizer on every value that a layer reads, shared by the shortcut, and none on the sums', () => {
    expect(quantized.nodes.map(({ id }) => id)).toEqual([
      'conv1',
      'bn1',
      'relu1',
      'relu1.quantize',
      'block1.conv1',
      'block1.bn1',
      'block1.relu1',
      'block1.relu1.quantize',
      'block1.conv2',
      'block1.bn2',
      'block1.add',
      'block1.relu2',
      'block1.relu2.quantize',
      'block2.conv1',
      'block2.bn1',
      'block2.relu1',
      'block2.relu1.quantize',
      'block2.conv2',
      'block2.bn2',
      'block2.shortcut',
      'block2.shortcut.bn',
      'block2.add',
      'block2.relu2',
      'block2.relu2.quantize',
      'block3.conv1',
      'block3.bn1',
      'block3.relu1',
      'block3.relu1.quantize',
      'block3.conv2',
      'block3.bn2',
      'block3.shortcut',
      'block3.shortcut.bn',
      'block3.add',
      'block3.relu2',
      'pool',
      'pool.quantize',
      'flatten',
      'fc',
    ]);
    const reads = (id: string): unknown => {
      const node = quantized.nodes.find((other) => other.id === id);
      return node && ('inputs' in node ? node.inputs : node.input);
    };
    expect(reads('conv1')).toBe('input');
    expect(reads('block1.add')).toEqual(['block1.bn2', 'relu1']);
    expect(reads('block2.conv1')).toBe('block1.relu2.quantize');
    expect(reads('block2.shortcut')).toBe('block1.relu2.quantize');
    expect(reads('flatten')).toBe('pool.quantize');
    expect(quantizedValues(quantized)).toHaveLength(7);
  });

  it('makes the first and last layer 8-bit unless told otherwise', () => {
    const widths = (precision: Precision): Record<string, string> =>
      Object.fromEntries(
        quantizedGraph(resnet8().graph, 'q', precision).nodes.flatMap((node) =>
          node.kind === 'conv' || node.kind === 'fully-connected'
            ? [
                [
                  node.id,
                  `${node.weightQuantizer?.format.system ?? ''} ${node.weightQuantizer?.format.bits ?? ''}`,
                ],
              ]
            : node.kind === 'quantize'
              ? [[node.id, String(node.bits)]]
              : [],
        ),
      );
    const base = widths(W3A2);
    expect(base['conv1']).toBe('sign-magnitude 8');
    expect(base['fc']).toBe('sign-magnitude 8');
    expect(base['pool.quantize']).toBe('8');
    expect(base['block2.shortcut']).toBe('sign-magnitude 3');
    expect(base['relu1.quantize']).toBe('2');
    const changed = widths({
      ...W3A2,
      codes: 'twos-complement',
      overrides: {
        fc: { weights: 4 },
        'block1.conv2': { activations: 5 },
        'block1.conv1': { codes: 'sign-magnitude' },
      },
    });
    expect(changed['conv1']).toBe('twos-complement 8');
    expect(changed['fc']).toBe('twos-complement 4');
    expect(changed['block1.relu1.quantize']).toBe('5');
    expect(changed['block1.conv1']).toBe('sign-magnitude 3');
  });

  it('quantizes a value twice when two layers read it at different widths', () => {
    const graph = quantizedGraph(resnet8().graph, 'q', {
      ...W3A2,
      overrides: { 'block2.shortcut': { activations: 4 } },
    });
    const quantizers = graph.nodes.filter(
      (node) => node.kind === 'quantize' && node.input === 'block1.relu2',
    );
    expect(quantizers.map(({ id }) => id)).toEqual(['block1.relu2.quantize', 'block1.relu2.quantize4']);
  });

  it('refuses widths and layers that do not exist', () => {
    const make = (precision: Precision) => () => quantizedGraph(resnet8().graph, 'q', precision);
    expect(make({ ...W3A2, weights: 1 })).toThrow(
      'precision.block1.conv1: sign-magnitude codes of 1 bits do not exist here [code-width-out-of-range] — use 2 to 8 bits for weights and 1 to 8 for activations',
    );
    expect(make({ ...W3A2, codes: 'twos-complement', weights: 1 })).toThrow(
      'twos-complement codes of 1 bits',
    );
    expect(make({ ...W3A2, activations: 9 })).toThrow('unsigned codes of 9 bits');
    expect(make({ ...W3A2, overrides: { conv7: { weights: 4 } } })).toThrow(
      "precision.overrides.conv7: the network 'resnet8' has no conv or fully connected layer 'conv7' [layer-unknown] — use one of conv1, block1.conv1,",
    );
  });
});

describe('withQuantizers', () => {
  const { graph, weightShapes } = resnet8();
  const parent = initialModel(graph, weightShapes, 1);
  const magnitudes = new Map(quantizedValues(quantizedGraph(graph, 'q', W3A2)).map((id) => [id, 0.6]));

  it('starts steps at 2 <|v|> / sqrt(Qp) and keeps the parent’s parameters', () => {
    const model = withQuantizers(parent, 'q', W3A2, magnitudes);
    // A2: Qp = 3, 2 * 0.6 / sqrt(3) = 0.6928
    expect(model.parameters.get('relu1.quantize.step')!.data[0]).toBeCloseTo(1.2 / Math.sqrt(3), 6);
    const weight = parent.parameters.get('block1.conv1.weight')!.data;
    const mean = weight.reduce((sum, value) => sum + Math.abs(value), 0) / weight.length;
    // W3: Qp = 3
    expect(model.parameters.get('block1.conv1.step')!.data[0]).toBeCloseTo((2 * mean) / Math.sqrt(3), 6);
    expect(initialStep(1, 127)).toBeCloseTo(2 / Math.sqrt(127), 12);
    for (const [name, tensor] of parent.parameters) expect(model.parameters.get(name)).toBe(tensor);
  });

  it('refuses a dead value and a parent that is quantized already', () => {
    expect(() => withQuantizers(parent, 'q', W3A2, new Map(magnitudes).set('relu1', 0))).toThrow(
      "model.q.relu1.quantize.step: the mean magnitude of 'relu1' is 0; a quantizer step must start above zero [calibration-degenerate]",
    );
    const quantized = withQuantizers(parent, 'q', W3A2, magnitudes);
    expect([hasQuantizers(parent.graph), hasQuantizers(quantized.graph)]).toEqual([false, true]);
    expect(() => withQuantizers(quantized, 'qq', W3A2, magnitudes)).toThrow(
      'model.q: has quantizers already [model-already-quantized]',
    );
  });
});
