import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOnnx } from './decode.ts';
import { createFloatExecutor } from './executor.ts';
import type { OnnxModel } from './graph.ts';
import {
  encodeModel,
  floats,
  integers,
  node,
  refusal,
  tensor,
  valueInfo,
  type GraphInit,
} from './model.test-support.ts';
import { findOperator } from './registry.ts';
import { simplify, type SimplifyOptions } from './simplify.ts';
import type { SimplifiedGraph } from './simplified.ts';

function decode(graph: GraphInit, opset = 17): OnnxModel {
  const opsetImport = [{ domain: '', version: BigInt(opset) }];
  return decodeOnnx(encodeModel({ name: 'g', ...graph }, { opsetImport }));
}

function simplified(graph: GraphInit, options: Partial<SimplifyOptions> = {}, opset = 17): SimplifiedGraph {
  return simplify(decode(graph, opset), { operator: findOperator, ...options });
}

function operatorsOf(graph: SimplifiedGraph): string[] {
  return graph.nodes.map(
    ({ operator, inputs, outputs }) => `${outputs.join()} = ${operator}(${inputs.join()})`,
  );
}

function said(graph: GraphInit, options: Partial<SimplifyOptions> = {}, opset = 17): string {
  const [{ code, path, message }] = refusal(() => simplified(graph, options, opset));
  return `${code} @ ${path}: ${message}`;
}

const x = valueInfo('x', ['n', 3, 'h', 'h']);
const y = valueInfo('y', []);

describe('simplify', () => {
  it('fixes sizes: batch 1, symbols by name, whole shapes by input', () => {
    const graph = { input: [x], output: [y], node: [node('Relu', ['x'], ['y'])] };
    const shapeOf = (options: Partial<SimplifyOptions>): unknown =>
      simplified(graph, options).types.get('y')?.shape;
    expect(shapeOf({ dimensions: new Map([['h', 8]]) })).toEqual([1, 3, 8, 8]);
    expect(shapeOf({ batch: 4, dimensions: new Map([['h', 8]]) })).toEqual([4, 3, 8, 8]);
    expect(shapeOf({ inputShapes: new Map([['x', [2, 3, 5, 7]]]) })).toEqual([2, 3, 5, 7]);
    expect(said(graph)).toBe("onnx-symbolic-dimension @ graph.inputs[0] 'x': axis 2 has no fixed size ('h')");
    expect(said(graph, { inputShapes: new Map([['x', [2, 4, 5, 7]]]) })).toBe(
      "onnx-input-shape @ graph.inputs[0] 'x': the shape [2, 4, 5, 7] given for it does not fit the file's [n, 3, h, h]",
    );
    expect(said(graph, { inputShapes: new Map([['z', [1]]]), dimensions: new Map([['h', 2]]) })).toBe(
      "onnx-input-shape @ inputShapes: there is no input 'z'",
    );
  });

  it('computes a chain of shape arithmetic', () => {
    // reshape(x, [shape(x)[0], -1]) of [1, 3, 4, 4] is [1, 48].
    const graph = simplified({
      input: [valueInfo('x', ['n', 3, 4, 4])],
      output: [y],
      initializer: [integers('zero', [0]), integers('rest', [-1])],
      node: [
        node('Shape', ['x'], ['s']),
        node('Gather', ['s', 'zero'], ['n'], { axis: 0 }),
        node('Concat', ['n', 'rest'], ['target'], { axis: 0 }),
        node('Reshape', ['x', 'target'], ['y']),
      ],
    });
    expect(operatorsOf(graph)).toEqual(['y = Reshape(x,target)']);
    expect(graph.types.get('y')).toEqual({ type: 'float32', shape: [1, 48] });
    expect([...graph.constants]).toEqual([
      ['target', { type: 'int64', shape: [2], data: BigInt64Array.of(1n, -1n) }],
    ]);
    expect([...graph.types.keys()].sort()).toEqual(['target', 'x', 'y']);
  });

  it('removes what passes its input on and what nobody needs', () => {
    const graph = simplified({
      input: [valueInfo('x', [1, 2])],
      output: [y],
      initializer: [floats('w', [2], [1, 2]), integers('same', [1, 2]), integers('none', [0, 0, 0, 0])],
      node: [
        node('Identity', ['w'], ['w2']),
        node('Dropout', ['x'], ['d', 'mask']),
        node('Cast', ['d'], ['c'], { to: 1 }),
        node('Reshape', ['c', 'same'], ['r']),
        node('Pad', ['r', 'none'], ['p']),
        node('Transpose', ['p'], ['t'], { perm: [0, 1] }),
        node('Flatten', ['t'], ['f']),
        node('Add', ['f', 'w2'], ['y']),
        node('Exp', ['f'], ['unused']),
      ],
    });
    expect(operatorsOf(graph)).toEqual(['y = Add(x,w)']);
    expect([...graph.constants.keys()]).toEqual(['w']);
  });

  it('keeps what changes values but not the shape', () => {
    const graph = simplified({
      input: [valueInfo('x', [2, 2])],
      output: [y],
      initializer: [
        integers('m', [-1]),
        integers('end', [-9]),
        integers('zero', [0]),
        integers('shift', [1, 0, -1, 0]),
      ],
      node: [
        node('Slice', ['x', 'm', 'end', 'zero', 'm'], ['reversed']),
        node('Pad', ['reversed', 'shift'], ['shifted']),
        node('Transpose', ['shifted'], ['turned'], { perm: [1, 0] }),
        node('Cast', ['turned'], ['y'], { to: 11 }),
      ],
    });
    expect(graph.nodes.map(({ operator }) => operator)).toEqual(['Slice', 'Pad', 'Transpose', 'Cast']);
  });

  it('gives outputs their names back', () => {
    const graph = simplified({
      input: [valueInfo('x', [2])],
      output: ['y', 'y2', 'same', 'fixed'].map((name) => valueInfo(name, [2])),
      initializer: [floats('w', [2], [1, 2])],
      node: [
        node('Relu', ['x'], ['a']),
        node('Identity', ['a'], ['y']),
        node('Identity', ['a'], ['y2']),
        node('Identity', ['x'], ['same']),
        node('Neg', ['w'], ['fixed']),
      ],
    });
    expect(operatorsOf(graph)).toEqual(['y = Relu(x)', 'y2 = Identity(y)', 'same = Identity(x)']);
    expect(graph.outputs).toEqual(['y', 'y2', 'same', 'fixed']);
    const { outputs } = createFloatExecutor(graph, findOperator).run(
      new Map([['x', tensor('float32', [2], [-1, 3])]]),
    );
    expect([...outputs].map(([name, { data }]) => [name, ...data])).toEqual([
      ['y', 0, 3],
      ['y2', 0, 3],
      ['same', -1, 3],
      ['fixed', -1, -2],
    ]);
  });

  it('keeps quantizers of weights and moves layout before them', () => {
    const quant = {
      ...node('Quant', ['w', 'scale', 'zero', 'bits'], ['q'], {
        signed: 1,
        narrow: 1,
        rounding_mode: 'ROUND',
      }),
      domain: 'qonnx.custom_op.general',
    };
    const graph = {
      input: [valueInfo('x', [1, 3])],
      output: [y],
      initializer: [
        floats('w', [2, 3], [1, 2, 3, 4, 5, 6]),
        floats('scale', [2, 1], [1, 2]),
        floats('zero', [], [0]),
        floats('bits', [1], [4]),
      ],
      node: [quant, node('Transpose', ['q'], ['t'], { perm: [1, 0] }), node('MatMul', ['x', 't'], ['y'])],
    };
    const result = simplified(graph);
    expect(operatorsOf(result)).toEqual(['t = Quant(t.0,t.1,t.2,t.3)', 'y = MatMul(x,t)']);
    expect(result.constants.get('t.0')).toEqual(tensor('float32', [3, 2], [1, 4, 2, 5, 3, 6]));
    expect(result.constants.get('t.1')).toEqual(tensor('float32', [1, 2], [1, 2]));
    expect(result.constants.get('t.2')).toEqual(tensor('float32', [], [0]));
    expect(result.nodes[0].attributes.get('narrow')).toEqual({ kind: 'int', value: 1 });
  });

  it('moves the axis of per-channel DequantizeLinear, folds QuantizeLinear of constants', () => {
    const result = simplified({
      input: [valueInfo('x', [1, 3])],
      output: [y],
      initializer: [
        floats('w', [2, 3], [1, 2, 3, 4, 5, 6]),
        floats('scale', [2], [1, 2]),
        { name: 'zero', dims: [2n], dataType: 3, int32Data: [0, 0] },
      ],
      node: [
        node('QuantizeLinear', ['w', 'scale', 'zero'], ['codes'], { axis: 0 }),
        node('DequantizeLinear', ['codes', 'scale', 'zero'], ['q'], { axis: -2 }),
        node('Transpose', ['q'], ['t'], { perm: [1, 0] }),
        node('MatMul', ['x', 't'], ['y']),
      ],
    });
    expect(operatorsOf(result)).toEqual(['t = DequantizeLinear(t.0,t.1,t.2)', 'y = MatMul(x,t)']);
    // Codes 1 2 3 and 4/2 5/2 6/2, ties to even, transposed.
    expect(result.constants.get('t.0')).toEqual(tensor('int8', [3, 2], [1, 2, 2, 2, 3, 3]));
    expect(result.nodes[0].attributes.get('axis')).toEqual({ kind: 'int', value: 1 });
  });

  it('refuses training mode, run-time shapes, bad shapes, too large constants: with the node', () => {
    const relu = { input: [valueInfo('x', [2])], output: [y] };
    const flag = { name: 'yes', dims: [], dataType: 9, int32Data: [1] };
    expect(said({ ...relu, initializer: [flag], node: [node('Dropout', ['x', '', 'yes'], ['y'])] })).toBe(
      "onnx-training-mode @ graph.nodes[0] 'Dropout_y' (Dropout): the node is in training mode: its input training_mode is true",
    );
    const shape = valueInfo('s', [1], 'int64');
    expect(
      said({ input: [valueInfo('x', [2]), shape], output: [y], node: [node('Reshape', ['x', 's'], ['y'])] }),
    ).toBe(
      "onnx-dynamic-shape @ graph.nodes[0] 'Reshape_y' (Reshape): its shape depends on the values of input 1 ('s'), which are known at run time only",
    );
    expect(
      said({ ...relu, initializer: [floats('w', [3], [1, 2, 3])], node: [node('Add', ['x', 'w'], ['y'])] }),
    ).toBe("onnx-invalid @ graph.nodes[0] 'Add_y' (Add): shapes [2] and [3] do not broadcast");
    const huge = [integers('big', [8192, 8192])];
    expect(
      said({
        ...relu,
        initializer: huge,
        node: [
          node('ConstantOfShape', ['big'], ['c']),
          node('ConstantOfShape', ['big'], ['d']),
          node('Concat', ['c', 'd'], ['y'], { axis: 0 }),
        ],
      }),
    ).toBe(
      "onnx-too-large @ graph.nodes[1] 'ConstantOfShape_d' (ConstantOfShape): the constants computed from the file's constants would have more than 67108864 elements",
    );
    const products = [integers('side', [2000, 2000])];
    expect(
      said({
        ...relu,
        initializer: products,
        node: [node('ConstantOfShape', ['side'], ['c']), node('MatMul', ['c', 'c'], ['y'])],
      }),
    ).toBe(
      "onnx-too-large @ graph.nodes[1] 'MatMul_y' (MatMul): computing what depends on constants only would take more than 268435456 steps",
    );
  });

  it('refuses with all that cannot run', () => {
    const nodes = [node('Hardmax', ['x'], ['a']), node('Einsum', ['a'], ['y'])];
    expect(
      refusal(() => simplified({ input: [valueInfo('x', [2])], output: [y], node: nodes })),
    ).toHaveLength(2);
  });
});

const networks =
  process.env['TALLY_NETWORKS'] ?? new URL('../../../../../../shared/networks', import.meta.url).pathname;

describe.skipIf(!existsSync(networks))(
  'the three networks (skipped where ../shared/networks is absent and TALLY_NETWORKS is not set)',
  () => {
    const load = (name: string): OnnxModel => decodeOnnx(readFileSync(`${networks}/${name}.onnx`));
    const counts = (graph: SimplifiedGraph): Record<string, number> => {
      const result: Record<string, number> = {};
      for (const { operator } of graph.nodes) result[operator] = (result[operator] ?? 0) + 1;
      return result;
    };

    it('ResNet-20: the shape arithmetic of its shortcuts becomes constants', () => {
      const graph = simplify(load('resnet20-cifar10'), { operator: findOperator });
      expect(counts(graph)).toEqual({
        Conv: 19,
        BatchNormalization: 19,
        Relu: 19,
        Add: 9,
        Slice: 4,
        Pad: 2,
        AveragePool: 1,
        Flatten: 1,
        Gemm: 1,
      });
      const pads = graph.nodes
        .filter(({ operator }) => operator === 'Pad')
        .map(({ inputs }) => graph.constants.get(inputs[1]));
      expect(pads.map((pad) => Array.from(pad?.data ?? [], Number))).toEqual([
        [0, 8, 0, 0, 0, 8, 0, 0],
        [0, 16, 0, 0, 0, 16, 0, 0],
      ]);
      expect(graph.types.get('logits')).toEqual({ type: 'float32', shape: [1, 10] });
    });

    it('ResNet-18: shared parameters are no nodes, the residual blocks have their shapes', () => {
      const graph = simplify(load('resnet18-imagenet'), { operator: findOperator, batch: 2 });
      expect(counts(graph)).toEqual({
        Conv: 20,
        BatchNormalization: 20,
        Relu: 17,
        MaxPool: 1,
        Add: 8,
        GlobalAveragePool: 1,
        Flatten: 1,
        Gemm: 1,
      });
      const adds = graph.nodes
        .filter(({ operator }) => operator === 'Add')
        .map(({ outputs }) => graph.types.get(outputs[0])?.shape);
      expect(adds).toEqual(
        [64, 64, 128, 128, 256, 256, 512, 512].map((channels) => [
          2,
          channels,
          3584 / channels,
          3584 / channels,
        ]),
      );
    });

    it('TFC_2W2A: quantizers of weights stand next to their products', () => {
      const graph = simplify(load('TFC_2W2A'), { operator: findOperator });
      expect(counts(graph)).toEqual({
        Reshape: 1,
        Mul: 2,
        Sub: 2,
        Quant: 8,
        MatMul: 4,
        BatchNormalization: 3,
        Div: 1,
        Add: 1,
      });
      const products = graph.nodes.filter(({ operator }) => operator === 'MatMul');
      const makers = new Map(graph.nodes.flatMap((maker) => maker.outputs.map((name) => [name, maker])));
      expect(products.map(({ inputs }) => makers.get(inputs[1])?.operator)).toEqual([
        'Quant',
        'Quant',
        'Quant',
        'Quant',
      ]);
      expect(products.map(({ inputs }) => graph.types.get(inputs[1])?.shape)).toEqual([
        [784, 64],
        [64, 64],
        [64, 64],
        [64, 10],
      ]);
    });

    it('give the same outputs before and after', () => {
      for (const name of ['resnet20-cifar10', 'TFC_2W2A']) {
        const model = load(name);
        const graph = simplify(model, { operator: findOperator });
        const input = graph.inputs[0];
        const { type, shape } = graph.types.get(input)!;
        const run = (source: OnnxModel | SimplifiedGraph, values: readonly number[]): readonly number[] => {
          const executor = createFloatExecutor(source, findOperator);
          const { outputs } = executor.run(new Map([[input, tensor(type, shape, values)]]));
          return Array.from([...outputs.values()][0].data, Number);
        };
        const count = shape.reduce((product, size) => product * size, 1);
        fc.assert(
          fc.property(fc.integer(), (seed) => {
            const values = Array.from({ length: count }, (_, i) => Math.fround(Math.sin(seed + i)));
            expect(run(graph, values)).toEqual(run(model, values));
          }),
          { numRuns: 3 },
        );
      }
    });
  },
);
