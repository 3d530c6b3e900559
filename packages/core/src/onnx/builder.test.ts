import { fromBinary } from '@bufbuild/protobuf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { OnnxGraphBuilder } from './builder.ts';
import { ModelProtoSchema } from './onnx_pb.gen.ts';

/** y = clip(2 x, 0, 3), a uint8 sum and a fused product of ONNX Runtime's. */
function build(): OnnxGraphBuilder {
  const builder = new OnnxGraphBuilder('test');
  builder.input('x', 'float32', ['n', 2]);
  const two = builder.constant('float32', [], [2]);
  const doubled = builder.node('Mul', ['x', two]);
  const clipped = builder.node('Clip', [
    doubled,
    builder.constant('float32', [], [0]),
    builder.constant('float32', [], [3]),
  ]);
  builder.output('y', clipped, 'float32', ['n', 2]);
  const product = builder.node('com.microsoft.FusedMatMul', ['x', 'x'], {
    transB: { int: 1 },
    alpha: { float: 0.5 },
  });
  builder.output('gram', product, 'float32', ['n', 'n']);
  return builder;
}

describe('OnnxGraphBuilder', () => {
  it('makes a model that onnxruntime runs', async () => {
    const session = await InferenceSession.create(build().encode());
    const outputs = await session.run({ x: new Tensor('float32', Float32Array.of(-1, 1, 1.25, 5), [2, 2]) });
    expect([...(outputs['y'].data as Float32Array)]).toEqual([0, 2, 2.5, 3]);
    // Half the products of rows (-1, 1) and (1.25, 5): 1, 1.875; 1.875, 13.28125.
    expect([...(outputs['gram'].data as Float32Array)]).toEqual([1, 1.875, 1.875, 13.28125]);
    await session.release();
  });

  it('declares what it uses: operator sets, one initializer per different constant', () => {
    const builder = build();
    expect(builder.constant('float32', [], [2])).toBe(builder.constant('float32', [], [2]));
    expect(builder.constant('float32', [1], [2])).not.toBe(builder.constant('float32', [], [2]));
    const model = fromBinary(ModelProtoSchema, builder.encode());
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
      ['', 17n],
      ['com.microsoft', 1n],
    ]);
    // 2, 0, 3 and, from above, [2].
    expect(model.graph?.initializer.map(({ dims }) => dims)).toEqual([[], [], [], [1n]]);
    expect(model.graph?.node.map(({ opType }) => opType)).toEqual([
      'Mul',
      'Clip',
      'Identity',
      'FusedMatMul',
      'Identity',
    ]);
  });

  it('gives the same bytes for the same calls', () => {
    expect(build().encode()).toEqual(build().encode());
  });

  it('writes every element type', async () => {
    const builder = new OnnxGraphBuilder('types');
    const values = [1, 0, 1];
    for (const type of ['float32', 'float64', 'uint8', 'int32', 'int64', 'bool'] as const) {
      builder.output(type, builder.constant(type, [3], values), type, [3]);
    }
    const session = await InferenceSession.create(builder.encode());
    const outputs = await session.run({});
    for (const type of ['float32', 'float64', 'uint8', 'int32', 'int64', 'bool']) {
      expect(outputs[type].type).toBe(type);
      expect(Array.from(outputs[type].data as Float32Array, Number)).toEqual(values);
    }
    await session.release();
  });

  it('writes operator set 21 with its 4-bit types, parameters and nodes by name, other domains', async () => {
    const builder = new OnnxGraphBuilder('codes', { opset: 21 });
    // Three elements take two bytes: -8 and 7, then -1 alone.
    const codes = builder.parameter('w', 'int4', [3], [-8, 7, -1]);
    const scale = builder.constant('float32', [], [0.5]);
    builder.output('y', builder.node('DequantizeLinear', [codes, scale], {}, ['y'], 'layer'), 'float32', [3]);
    const model = fromBinary(ModelProtoSchema, builder.encode());
    expect([model.irVersion, ...model.opsetImport.map(({ version }) => version)]).toEqual([10n, 21n]);
    expect([...model.graph!.initializer[0].rawData]).toEqual([0x78, 0x0f]);
    expect(model.graph?.node.map(({ name }) => name)).toEqual(['layer']);
    const session = await InferenceSession.create(builder.encode());
    expect([...((await session.run({}))['y'].data as Float32Array)]).toEqual([-4, 3.5, -0.5]);
    await session.release();
    builder.node('qonnx.custom_op.general.Quant', ['y', scale, scale, scale]);
    const { opsetImport, graph } = fromBinary(ModelProtoSchema, builder.encode());
    expect(opsetImport.map(({ domain }) => domain)).toEqual(['', 'qonnx.custom_op.general']);
    expect(graph?.node.at(-1)?.opType).toBe('Quant');
  });
});
