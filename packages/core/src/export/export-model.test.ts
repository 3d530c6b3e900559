import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { TallyError } from '../diagnostics/index.ts';
import { createFloatExecutor } from '../frontend/onnx/executor.ts';
import { decodeOnnx } from '../frontend/onnx/decode.ts';
import { findOperator } from '../frontend/onnx/registry.ts';
import type { Model, ModelNode } from '../model/model.ts';
import { interpretModel, type Interpretation } from '../quantize/interpret.ts';
import { randomFloatModel, randomModel } from '../testing/index.ts';
import { exportModel, type ExportFormat } from './export-model.ts';
import { randomCodes, realImages, runOrt, simplified, withOutputs } from './export.test-support.ts';

type Values = ReadonlyMap<string, ArrayLike<number>>;

const ids = ({ graph }: Model): readonly string[] => graph.nodes.map(({ id }) => id);

/** A quantized value in half steps, a whole number whatever the zero point. */
function halves(value: number, step: number): number {
  return Math.round((2 * value) / step) + 0;
}

/**
 * Compares every value of the model's nodes with the float64 interpreter's, which rounds nothing: float32 sums may differ in
 * the last places, and codes may not differ at all.
 *
 * @returns number of codes compared.
 */
function compare(model: Model, values: Values, { values: expected }: Interpretation): number {
  let codes = 0;
  for (const node of model.graph.nodes) {
    const actual = values.get(node.id)!;
    const wanted = expected.get(node.id)!.data;
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const step = node.kind === 'quantize' ? model.parameters.get(node.step)!.data[0] : null;
    for (const [i, value] of wanted.entries()) {
      const place = `${model.graph.name}: ${node.id}[${i}] (${node.kind})`;
      if (step === null) expect(Math.abs(actual[i] - value), place).toBeLessThanOrEqual(2e-6 * largest);
      else expect(halves(actual[i], step), place).toBe(halves(value, step));
    }
    if (step !== null) codes += wanted.length;
  }
  return codes;
}

function imageOf(model: Model, seed: number): { readonly codes: Uint8Array; readonly tensor: Tensor } {
  const codes = randomCodes(model, 1, seed);
  const tensor = new Tensor('float32', realImages(model, codes), [1, ...model.graph.input.shape]);
  return { codes, tensor };
}

async function compareInOrt(model: Model, format: ExportFormat, seed: number): Promise<number> {
  const { codes, tensor } = imageOf(model, seed);
  const bytes = exportModel(model, format);
  const interpretation = interpretModel(model, codes);
  // The file as it is, which the runtime may fuse more of, then with all values shown.
  const outputs = await runOrt(bytes, tensor);
  expect([...outputs.keys()]).toEqual([model.graph.output]);
  const last = model.graph.nodes.filter(({ id }) => id === model.graph.output);
  compare({ ...model, graph: { ...model.graph, nodes: last } }, outputs, interpretation);
  return compare(model, await runOrt(withOutputs(bytes, ids(model)), tensor), interpretation);
}

describe('exportModel', () => {
  it('qdq: ONNX Runtime has every code of random models', async () => {
    let codes = 0;
    for (let seed = 0; seed < 60; seed++)
      codes += await compareInOrt(
        randomModel(seed, { residual: seed % 2 === 0, leaky: seed % 4 > 1, upsamples: seed % 3 === 0 }),
        'qdq',
        seed,
      );
    expect(codes).toBeGreaterThan(5_000);
  });

  it('qonnx: the float executor has every code of random models', () => {
    let codes = 0;
    for (let seed = 100; seed < 160; seed++) {
      const model = randomModel(seed, {
        residual: seed % 2 === 0,
        leaky: seed % 4 < 2,
        upsamples: seed % 3 === 0,
      });
      const image = imageOf(model, seed);
      const executor = createFloatExecutor(simplified(exportModel(model, 'qonnx')), findOperator);
      const values = new Map<string, ArrayLike<number>>();
      const data = realImages(model, image.codes);
      executor.run(new Map([['input', { type: 'float32', shape: [1, ...model.graph.input.shape], data }]]), {
        observe: (name, { data: made }) => values.set(name, Array.from(made, Number)),
      });
      const kept = model.graph.nodes.filter(({ id }) => values.has(id));
      codes += compare(
        { ...model, graph: { ...model.graph, nodes: kept } },
        values,
        interpretModel(model, image.codes),
      );
    }
    expect(codes).toBeGreaterThan(5_000);
  });

  it('onnx: ONNX Runtime has every value of random models in full precision', async () => {
    for (let seed = 200; seed < 230; seed++)
      await compareInOrt(
        randomFloatModel(seed, { residual: seed % 2 === 0, leaky: seed % 4 > 1, upsamples: seed % 3 === 0 }),
        'onnx',
        seed,
      );
  });

  it('gives the same bytes again', () => {
    for (const format of ['qonnx', 'qdq'] as const)
      expect(exportModel(randomModel(1), format)).toEqual(exportModel(randomModel(1), format));
  });
});

/** One quantizer of `x` codes and one 1 x 1 convolution with 2-bit weights, steps per channel. */
function small(quantizer: Partial<ModelNode> = {}): Model {
  const nodes: readonly ModelNode[] = [
    {
      kind: 'quantize',
      id: 'codes',
      input: 'input',
      step: 'codes.step',
      bits: 2,
      zeroPoint: 0,
      levels: 4,
      ...(quantizer as object),
    },
    {
      kind: 'conv',
      id: 'conv',
      input: 'codes',
      weight: 'conv.weight',
      bias: 'conv.bias',
      kernel: [1, 1],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
      weightQuantizer: { step: 'conv.step', format: { system: 'sign-magnitude', bits: 2 } },
    },
  ];
  return {
    graph: {
      kind: 'model-graph',
      name: 'small',
      input: { shape: [1, 1, 1], bits: 8, scale: 1 / 255 },
      nodes,
      output: 'conv',
    },
    parameters: new Map([
      ['codes.step', { shape: [], data: Float32Array.of(0.25) }],
      ['conv.weight', { shape: [2, 1, 1, 1], data: Float32Array.of(0.4, -2) }],
      ['conv.bias', { shape: [2], data: Float32Array.of(0, 1) }],
      ['conv.step', { shape: [2], data: Float32Array.of(0.5, 0.125) }],
    ]),
  };
}

/** Operator, inputs and integer or string attributes of every node of a file. */
function nodesOf(bytes: Uint8Array): readonly string[] {
  return decodeOnnx(bytes).graph.nodes.map(({ operator, inputs, outputs, attributes }) => {
    const stated = [...attributes].flatMap(([name, attribute]) =>
      attribute.kind === 'int' || attribute.kind === 'string' ? [`${name}=${attribute.value}`] : [],
    );
    return `${operator}(${inputs.join(', ')}) ${[...stated, ''].join(' ')}-> ${outputs.join()}`;
  });
}

describe('what is written', () => {
  it('qonnx: Quant nodes with scale, zero point, width; weights in floating point', () => {
    const bytes = exportModel(small(), 'qonnx');
    const { opsets, graph } = decodeOnnx(bytes);
    expect([...opsets]).toEqual([
      ['', 17],
      ['qonnx.custom_op.general', 1],
    ]);
    expect(graph.nodes.map(({ name, operator }) => `${name}: ${operator}`)).toEqual([
      'input.quantize: Quant',
      'codes: Quant',
      'conv.weight.quantize: Quant',
      'conv: Conv',
    ]);
    const scale = graph.initializers.get('conv.step')!;
    expect([scale.shape, [...scale.data]]).toEqual([
      [2, 1, 1, 1],
      [0.5, 0.125],
    ]);
    expect([...graph.initializers.get('conv.weight')!.data]).toEqual([Math.fround(0.4), -2]);
    const weights = graph.nodes[2];
    expect(weights.attributes.get('signed')).toEqual({ kind: 'int', value: 1 });
    expect(weights.attributes.get('narrow')).toEqual({ kind: 'int', value: 1 });
    expect(weights.attributes.get('rounding_mode')).toEqual({ kind: 'string', value: 'ROUND' });
  });

  it.each([
    // bits, zero point, levels -> signed, narrow, zeropt
    [2, 0, 4, 0, 0, 0],
    [2, 0, 3, 0, 1, 0],
    [2, 2, 4, 1, 0, 0],
    [2, 1, 3, 1, 1, 0],
    [3, 2, 8, 0, 0, 2],
    [1, 0.5, 2, 0, 0, 0.5],
    [1, 1, 2, 0, 0, 1],
  ])('qonnx: %i bits, zero point %f, %i levels', (bits, zeroPoint, levels, signed, narrow, zeropt) => {
    const { graph } = decodeOnnx(exportModel(small({ bits, zeroPoint, levels }), 'qonnx'));
    const quant = graph.nodes.find(({ name }) => name === 'codes')!;
    const [, , zero = '', width = ''] = quant.inputs;
    const number = (name: string): number => Number(graph.initializers.get(name)!.data[0]);
    expect(quant.attributes.get('signed')).toEqual({ kind: 'int', value: signed });
    expect(quant.attributes.get('narrow')).toEqual({ kind: 'int', value: narrow });
    expect([number(zero), number(width)]).toEqual([zeropt, bits]);
  });

  it('qdq: codes of few bits clipped, weights as integers whose range a Clip gives', () => {
    const bytes = exportModel(small(), 'qdq');
    const { opsets, graph } = decodeOnnx(bytes);
    expect([...opsets]).toEqual([['', 21]]);
    const names = nodesOf(bytes).map((text) => text.replaceAll(/constant#\d+/g, '#'));
    expect(names).toEqual([
      'QuantizeLinear(input, #, #) -> input.codes',
      'DequantizeLinear(input.codes, #, #) -> input.dequantize',
      'QuantizeLinear(input.dequantize, codes.step, #) -> codes.codes',
      'Clip(codes.codes, #, #) -> codes.clip',
      'DequantizeLinear(codes.clip, codes.step, #) -> codes',
      'Clip(conv.weight_quantized, #, #) -> conv.weight.clip',
      'DequantizeLinear(conv.weight.clip, conv.step, #) axis=0 -> conv.weight.dequantize',
      'Conv(codes, conv.weight.dequantize, conv.bias) group=1 -> conv',
    ]);
    const { type, data } = graph.initializers.get('conv.weight_quantized')!;
    // 0.4 / 0.5 rounds to 1; -2 / 0.125 = -16 is clipped to -1.
    expect([type, ...data]).toEqual(['int8', 1, -1]);
  });

  it('qdq: 4-bit weights are int4 where the type says all', () => {
    const typeOf = (system: 'sign-magnitude' | 'twos-complement'): string => {
      const model = small();
      const nodes = model.graph.nodes.map((node) =>
        node.kind === 'conv'
          ? { ...node, weightQuantizer: { step: 'conv.step', format: { system, bits: 4 } } }
          : node,
      );
      const { graph } = decodeOnnx(exportModel({ ...model, graph: { ...model.graph, nodes } }, 'qdq'));
      const { type, data } = graph.initializers.get('conv.weight_quantized')!;
      return `${type} ${[...data].join(' ')}`;
    };
    expect(typeOf('sign-magnitude')).toBe('int4 1 -7');
    expect(typeOf('twos-complement')).toBe('int4 1 -8');
  });
});

describe('refusals', () => {
  const refusal = (model: Model, format: ExportFormat): string => {
    try {
      exportModel(model, format);
    } catch (error) {
      if (error instanceof TallyError) return error.message;
    }
    return 'none';
  };

  it('a quantized model as plain ONNX', () => {
    expect(refusal(small(), 'onnx')).toBe(
      'model.small: has quantizers, plain ONNX has no way to write them [export-format-mismatch] — ' +
        'export it as qonnx or qdq, or lower it with tally quantize and export the integers',
    );
  });

  it('a full-precision model as QDQ', () => {
    expect(refusal(randomFloatModel(1), 'qdq')).toBe(
      'model.random-model-1: has no quantizers, qdq would say nothing of them [export-format-mismatch] — ' +
        'export it as onnx, or quantize it first',
    );
  });

  it('a step that is no number above 0', () => {
    const model = small();
    const parameters = new Map(model.parameters).set('codes.step', {
      shape: [],
      data: Float32Array.of(0),
    });
    expect(refusal({ ...model, parameters }, 'qonnx')).toBe(
      "model.nodes.0(codes).step: 'codes.step'[0] is 0, a quantizer step must be a number above 0 [step-not-positive] — " +
        'train again, or set the step to a positive number',
    );
  });

  it('a parameter that is not there', () => {
    const model = small();
    const parameters = new Map(model.parameters);
    parameters.delete('conv.bias');
    expect(refusal({ ...model, parameters }, 'qdq')).toBe(
      "model.nodes.1(conv).bias: names parameter 'conv.bias', which the model does not have [parameter-missing] — " +
        'save the model with all its parameters',
    );
  });
});
