import { describe, expect, it } from 'vitest';
import { AttributeProto_AttributeType as Kind } from '../../onnx/onnx_pb.gen.ts';
import { decodeOnnx } from './decode.ts';
import {
  encodeModel,
  floats,
  integers,
  node,
  refusal,
  valueInfo,
  type GraphInit,
} from './model.test-support.ts';

/** y = relu(x) + w, the smallest network that has all parts. */
function smallGraph(changes: GraphInit = {}): GraphInit {
  return {
    name: 'small',
    input: [valueInfo('x', ['n', 2])],
    output: [valueInfo('y', ['n', 2])],
    initializer: [floats('w', [2], [1, -1])],
    node: [node('Relu', ['x'], ['a']), node('Add', ['a', 'w'], ['y'])],
    ...changes,
  };
}

/** Code, place and message of what a file is refused with. */
function said(bytes: Uint8Array): string[] {
  return refusal(() => decodeOnnx(bytes)).map(({ code, path, message }) => `${code} @ ${path}: ${message}`);
}

function saidOf(changes: GraphInit): string[] {
  return said(encodeModel(smallGraph(changes)));
}

describe('decodeOnnx', () => {
  it('reads a small model', () => {
    const model = decodeOnnx(encodeModel(smallGraph()));
    expect(model).toEqual({
      kind: 'onnx-model',
      irVersion: 8,
      producer: 'test',
      opsets: new Map([['', 17]]),
      graph: {
        name: 'small',
        inputs: [{ name: 'x', type: 'float32', shape: ['n', 2] }],
        outputs: [{ name: 'y', type: 'float32', shape: ['n', 2] }],
        initializers: new Map([['w', { type: 'float32', shape: [2], data: Float32Array.of(1, -1) }]]),
        nodes: [
          {
            name: 'Relu_a',
            domain: '',
            operator: 'Relu',
            inputs: ['x'],
            outputs: ['a'],
            attributes: new Map(),
          },
          {
            name: 'Add_y',
            domain: '',
            operator: 'Add',
            inputs: ['a', 'w'],
            outputs: ['y'],
            attributes: new Map(),
          },
        ],
        quantizationAnnotations: new Map(),
      },
    });
  });

  it('puts nodes in topological order, names the nameless, drops initializers from the inputs', () => {
    const graph = smallGraph({
      input: [valueInfo('x', [2]), valueInfo('w', [2])],
      node: [
        { opType: 'Add', input: ['a', 'w'], output: ['y'] },
        { opType: 'Relu', input: ['x'], output: ['a'], domain: 'ai.onnx' },
      ],
      quantizationAnnotation: [
        { tensorName: 'w', quantParameterTensorNames: [{ key: 'finn_datatype', value: 'INT2' }] },
      ],
    });
    const { graph: read } = decodeOnnx(encodeModel(graph));
    expect(read.nodes.map(({ name, domain }) => [name, domain])).toEqual([
      ['#1', ''],
      ['#0', ''],
    ]);
    expect(read.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(read.quantizationAnnotations).toEqual(new Map([['w', 'INT2']]));
  });

  it('reads attributes of every kind', () => {
    const attribute = [
      { name: 'i', type: Kind.INT, i: -3n },
      { name: 'end', type: Kind.INT, i: 2n ** 63n - 1n },
      { name: 'begin', type: Kind.INT, i: -(2n ** 63n) },
      { name: 'f', type: Kind.FLOAT, f: 0.5 },
      { name: 's', type: Kind.STRING, s: new TextEncoder().encode('é') },
      { name: 'is', type: Kind.INTS, ints: [1n, 2n] },
      { name: 'fs', type: Kind.FLOATS, floats: [0.25] },
      { name: 'ss', type: Kind.STRINGS, strings: [new TextEncoder().encode('a')] },
      { name: 't', type: Kind.TENSOR, t: integers('', [7]) },
      { name: 'g', type: Kind.GRAPH, g: { name: 'inner' } },
      { name: 'r', type: Kind.INT, refAttrName: 'outer' },
      { name: 'u' },
    ];
    const model = decodeOnnx(
      encodeModel(smallGraph({ node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'], attribute }] })),
    );
    expect([...model.graph.nodes[0].attributes]).toEqual([
      ['i', { kind: 'int', value: -3 }],
      ['end', { kind: 'int', value: Number.MAX_SAFE_INTEGER }],
      ['begin', { kind: 'int', value: Number.MIN_SAFE_INTEGER }],
      ['f', { kind: 'float', value: 0.5 }],
      ['s', { kind: 'string', value: 'é' }],
      ['is', { kind: 'ints', value: [1, 2] }],
      ['fs', { kind: 'floats', value: [0.25] }],
      ['ss', { kind: 'strings', value: ['a'] }],
      ['t', { kind: 'tensor', value: { type: 'int64', shape: [1], data: BigInt64Array.of(7n) } }],
      ['g', { kind: 'unsupported', what: 'a subgraph' }],
      ['r', { kind: 'unsupported', what: 'a reference to an attribute of a function' }],
      ['u', { kind: 'unsupported', what: 'an attribute without a type' }],
    ]);
  });

  it('reads QONNX domains without an import', () => {
    const graph = smallGraph({
      node: [{ ...node('Quant', ['x', 'w', 'w', 'w'], ['y']), domain: 'onnx.brevitas' }],
    });
    expect(decodeOnnx(encodeModel(graph)).opsets.get('onnx.brevitas')).toBe(1);
  });
});

describe('decodeOnnx refuses files', () => {
  it('of 0 bytes, of text, of images, of Git LFS', () => {
    expect(said(new Uint8Array(0))).toEqual(['onnx-empty @ model: the file is empty (0 bytes)']);
    const text = (words: string): Uint8Array => new TextEncoder().encode(words);
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13);
    for (const bytes of [text('version https://git-lfs.github.com/spec/v1'), text('<html></html>'), png])
      expect(said(bytes)[0]).toMatch(
        /^onnx-not-protobuf @ model: the file is no ONNX model: byte \d+ of \d+/,
      );
  });

  it('without a graph, nodes or outputs', () => {
    expect(said(encodeModel(null))).toEqual(['onnx-no-graph @ model.graph: the model has no graph']);
    expect(saidOf({ node: [] })).toEqual(['onnx-no-nodes @ graph.nodes: the graph has no nodes']);
    expect(saidOf({ output: [] })).toEqual(['onnx-no-outputs @ graph.outputs: the graph has no outputs']);
  });

  it('of versions that are not read', () => {
    const opset = (version: bigint): string[] =>
      said(encodeModel(smallGraph(), { opsetImport: [{ domain: 'ai.onnx', version }] }));
    expect(opset(6n)).toEqual([
      'onnx-opset @ model.opset_import[0]: ONNX operator set 6; sets 7 to 25 are read',
    ]);
    expect(opset(26n)).toEqual([
      'onnx-opset @ model.opset_import[0]: ONNX operator set 26; sets 7 to 25 are read',
    ]);
    expect(said(encodeModel(smallGraph(), { irVersion: 2n }))).toEqual([
      'onnx-ir-version @ model.ir_version: IR version 2; versions 3 to 13 are read',
    ]);
    expect(said(encodeModel(smallGraph(), { opsetImport: [] }))).toEqual([
      "onnx-opset @ graph.nodes[0] 'Relu_a' (Relu): the file does not state the version of the operator set '' that this node uses",
      "onnx-opset @ graph.nodes[1] 'Add_y' (Add): the file does not state the version of the operator set '' that this node uses",
    ]);
    const twice = [
      { domain: '', version: 17n },
      { domain: 'ai.onnx', version: 13n },
    ];
    expect(said(encodeModel(smallGraph(), { opsetImport: twice }))).toEqual([
      "onnx-opset @ model.opset_import[1]: domain '' is imported twice",
    ]);
  });

  it('with functions, training graphs or sparse weights', () => {
    expect(said(encodeModel(smallGraph(), { functions: [{ name: 'f' }], trainingInfo: [{}] }))).toEqual([
      "onnx-unsupported @ model.functions[0]: the model defines a function, 'f'; models with functions are not read",
      'onnx-unsupported @ model.training_info: the file holds a training graph',
    ]);
    expect(saidOf({ sparseInitializer: [{}] })).toEqual([
      'onnx-unsupported @ graph.sparse_initializers[0]: sparse weights are not read',
    ]);
  });

  it('with values that are made twice, or by nobody', () => {
    expect(saidOf({ node: [node('Relu', ['x'], ['y']), node('Abs', ['x'], ['y'])] })).toEqual([
      "onnx-duplicate-value @ graph.nodes[1] 'Abs_y' (Abs).outputs[0]: value 'y' is made already by graph.nodes[0] 'Relu_y' (Relu); every value has one maker",
    ]);
    expect(saidOf({ node: [node('Relu', ['x'], ['w']), node('Relu', ['w'], ['y'])] })).toEqual([
      "onnx-duplicate-value @ graph.nodes[0] 'Relu_w' (Relu).outputs[0]: value 'w' is made already by an input or initializer; every value has one maker",
    ]);
    expect(saidOf({ initializer: [floats('w', [1], [1]), floats('w', [1], [1])] })).toEqual([
      "onnx-duplicate-value @ graph.initializers[1] 'w': a value of this name exists already",
    ]);
    expect(saidOf({ input: [valueInfo('x', [2]), valueInfo('x', [2])] })).toEqual([
      "onnx-duplicate-value @ graph.inputs[1]: input 'x' is listed twice",
    ]);
    expect(saidOf({ node: [node('Add', ['x', 'gone'], ['y'])] })).toEqual([
      "onnx-undefined-value @ graph.nodes[0] 'Add_y' (Add).inputs[1]: reads value 'gone', which no input, initializer or node makes",
    ]);
    expect(saidOf({ node: [node('Conv', ['x', 'conv1.weight'], ['y'])] })).toEqual([
      "onnx-missing-initializer @ graph.nodes[0] 'Conv_y' (Conv).inputs[1]: weight 'conv1.weight' is missing: no initializer, input or node makes it",
    ]);
    expect(saidOf({ output: [valueInfo('z', [2])] })).toEqual([
      "onnx-missing-output @ graph.outputs[0]: output 'z' is made by no node",
    ]);
  });

  it('with cycles, naming the nodes on one', () => {
    const cycle = [
      node('Relu', ['x'], ['s']),
      node('Add', ['s', 'c'], ['a']),
      node('Abs', ['a'], ['b']),
      node('Neg', ['b'], ['c']),
      node('Relu', ['c'], ['y']),
    ];
    expect(saidOf({ node: cycle })).toEqual([
      "onnx-cycle @ graph.nodes[2] 'Abs_b' (Abs): the nodes read each other in a circle: " +
        "graph.nodes[2] 'Abs_b' (Abs) → graph.nodes[3] 'Neg_c' (Neg) → graph.nodes[1] 'Add_a' (Add) → graph.nodes[2] 'Abs_b' (Abs)",
    ]);
    expect(saidOf({ node: [node('Add', ['x', 'y'], ['y'])] })[0]).toContain('onnx-cycle');
  });

  it('with types, dimensions and attributes that are not read', () => {
    const typed = (dataType: number): string[] =>
      saidOf({ initializer: [{ name: 'w', dims: [1n], dataType, rawData: new Uint8Array(1) }] });
    const types = [
      'float32, uint8, int8',
      [17, 'float8e4m3fn (17)'],
      [8, 'string (8)'],
      [99, 'unknown (99)'],
      [0, 'undefined (0)'],
    ] as const;
    for (const [number, name] of types.slice(1) as [number, string][])
      expect(typed(number)).toEqual([
        `onnx-element-type @ graph.initializers[0] 'w'.data_type: element type ${name} is not read`,
      ]);
    expect(saidOf({ input: [valueInfo('x', [-1, 2])] })).toEqual([
      "onnx-dimension @ graph.inputs[0] 'x'.shape[0]: dimension -1; a dimension is between 0 and 2147483647, or a name",
    ]);
    expect(saidOf({ input: [{ name: 'x', type: { value: { case: 'sequenceType', value: {} } } }] })).toEqual([
      "onnx-value-type @ graph.inputs[0] 'x': has a type of the kind sequenceType; inputs and outputs are tensors",
    ]);
    const attribute = [
      { name: 'axis', type: Kind.INT, i: 2n ** 60n },
      { name: 'axis', type: Kind.INT, i: 1n },
    ];
    expect(saidOf({ node: [{ opType: 'Relu', input: ['x'], output: ['y'], attribute }] })[0]).toBe(
      "onnx-attribute @ graph.nodes[0] (Relu).attributes 'axis': the integer 1152921504606846976 is beyond 2^53",
    );
  });

  it('with all issues at once, at most 100', () => {
    const broken = Array.from({ length: 150 }, (_, i) => node('Add', ['x', `gone${i}`], [`y${i}`]));
    expect(saidOf({ node: broken })).toHaveLength(100);
    expect(saidOf({ node: broken.slice(0, 3), output: [valueInfo('y2', [1])] })).toHaveLength(3);
  });

  it('with names made harmless', () => {
    const name = '\u001b[2J\n' + 'n'.repeat(200);
    const [line] = saidOf({ node: [node('Add', ['x', name], ['y'])] });
    expect(line).toContain("'\\u{001b}[2J\\u{000a}nnn");
    expect(line).toContain("…'");
    expect(line.length).toBeLessThan(300);
  });
});
