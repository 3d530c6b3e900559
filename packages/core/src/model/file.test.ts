import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContainer, encodeContainer } from './container.ts';
import { decodeModel, encodeModel, MODEL_MAGIC, MODEL_VERSION } from './file.ts';
import type { Model } from './model.ts';

const model: Model = {
  graph: {
    kind: 'model-graph',
    name: 'tiny',
    input: { shape: [1, 2, 2], bits: 8, scale: 1 / 255 },
    nodes: [
      { kind: 'flatten', id: 'flatten', input: 'input' },
      {
        kind: 'fully-connected',
        id: 'fc',
        input: 'flatten',
        weight: 'fc.weight',
        bias: null,
        weightQuantizer: null,
      },
    ],
    output: 'fc',
  },
  parameters: new Map([
    ['fc.weight', { shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, -1, -2, -3, Math.fround(0.1)) }],
  ]),
};

describe('model file', () => {
  it('reads back what it wrote, and writes the same bytes again', () => {
    const bytes = encodeModel(model);
    const read = decodeModel(bytes, 'tiny.model');
    expect(read).toEqual(model);
    expect(encodeModel(read)).toEqual(bytes);
  });

  it('completes the nodes of files from before zero points and conv biases', () => {
    const conv = {
      kind: 'conv',
      id: 'conv',
      input: 'input',
      weight: 'w',
      groups: 1,
      dilation: [1, 1],
      kernel: [1, 1],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      weightQuantizer: null,
    } as const;
    const quantize = { kind: 'quantize', id: 'q', input: 'conv', step: 's', bits: 3 } as const;
    const graph = { ...model.graph, nodes: [conv, quantize] as unknown as Model['graph']['nodes'] };
    const parameters = new Map([
      ['w', { shape: [1, 1, 1, 1], data: Float32Array.of(1) }],
      ['s', { shape: [], data: Float32Array.of(1) }],
    ]);
    const bytes = encodeContainer({
      magic: MODEL_MAGIC,
      version: MODEL_VERSION,
      content: { graph },
      tensors: parameters,
    });
    expect(decodeModel(bytes, 'old.model').graph.nodes).toEqual([
      { ...conv, bias: null },
      { ...quantize, zeroPoint: 0, levels: 8 },
    ]);
  });

  it('refuses every truncation', () => {
    const bytes = encodeModel(model);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeModel(bytes.subarray(0, length), 'tiny.model')).toThrow(/file-truncated/);
    }
  });

  it('says what is wrong', () => {
    const bytes = encodeModel(model);
    const changed = (offset: number, value: number): Uint8Array => bytes.with(offset, value);
    expect(() => decodeModel(changed(0, 0x58), 'tiny.model')).toThrow(
      'tiny.model: begins with "XALLYMDL", not with "TALLYMDL" [file-wrong-magic] — name a file of the right kind',
    );
    expect(() => decodeModel(changed(8, 9), 'tiny.model')).toThrow(
      'tiny.model: has format version 9, this program reads 1 [file-version-unknown] — use the program that wrote it',
    );
    expect(() => decodeModel(changed(16, 0x7d), 'tiny.model')).toThrow(
      'tiny.model.header: is not JSON text [file-header-invalid]',
    );
    expect(() => decodeModel(Uint8Array.of(...bytes, 0), 'tiny.model')).toThrow(/\[file-too-long\]/);
    const withoutWeight = encodeModel({ graph: model.graph, parameters: new Map() });
    expect(() => decodeModel(withoutWeight, 'tiny.model')).toThrow(
      "tiny.model.header.tensors: the graph 'tiny' names the parameter 'fc.weight', which the file lacks [model-parameter-missing]",
    );
  });
});

describe('tensor container', () => {
  it('keeps every float32 bit pattern that is a number', () => {
    const tensor = fc
      .array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 20 })
      .map((values) => ({ shape: [values.length], data: Float32Array.from(values) }));
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), tensor, { noNullPrototype: true }),
        fc.json(),
        (entries, json) => {
          const container = {
            magic: 'TALLYTST',
            version: 3,
            content: JSON.parse(json) as unknown,
            tensors: new Map(Object.entries(entries)),
          };
          const read = decodeContainer(encodeContainer(container), 'TALLYTST', 3, 'test');
          expect(read.content).toEqual(container.content);
          expect(read.tensors).toEqual(container.tensors);
        },
      ),
    );
  });
});
