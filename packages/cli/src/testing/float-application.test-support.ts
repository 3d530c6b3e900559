import { OnnxGraphBuilder, type Attribute, type ElementType } from '@tally/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
// The frontend's insides: what the public executor is made of.
import { decodeOnnx } from '../../../core/src/frontend/onnx/decode.ts';
import { findOperator } from '../../../core/src/frontend/onnx/registry.ts';
import type { OnnxTensor } from '../../../core/src/frontend/onnx/tensor.ts';

/** A tensor of a type that {@link OnnxGraphBuilder} declares. */
export interface Value {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One operator applied to values; null leaves an optional input out. */
export interface Application {
  readonly operator: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Number of outputs, default 1. */
  readonly outputs?: number;
  /** Inputs that are constants of the file, because ONNX Runtime wants them so. */
  readonly constants?: readonly number[];
}

/** What both sides compute, element by element. */
export interface Outcome {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Declared = readonly { readonly type: ElementType; readonly shape: readonly number[] }[];

function build(
  { operator, inputs, attributes = {}, constants = [] }: Application,
  outputs: Declared,
): Uint8Array {
  const builder = new OnnxGraphBuilder('application');
  const names = inputs.map((value, index) => {
    if (value === null) return '';
    return constants.includes(index)
      ? builder.constant(value.type, value.shape, value.data)
      : builder.input(`x${index}`, value.type, value.shape);
  });
  const results = outputs.map((_, index) => `y${index}`);
  builder.node(operator, names, attributes, results);
  outputs.forEach(({ type, shape }, index) => builder.output(`y${index}`, `y${index}`, type, shape));
  return builder.encode();
}

function typedArray({ type, data }: Value): OnnxTensor['data'] {
  switch (type) {
    case 'float32':
      return Float32Array.from(data);
    case 'float64':
      return Float64Array.from(data);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(data);
    case 'int8':
      return Int8Array.from(data);
    case 'int32':
      return Int32Array.from(data);
    case 'int64':
      return BigInt64Array.from(data, BigInt);
    case 'uint4':
    case 'int4':
      throw new Error(`${type}: ONNX Runtime's binding for Node has no such tensors`);
    default:
      throw new Error(`no such type: ${String(type satisfies never)}`);
  }
}

function numbers(data: OnnxTensor['data']): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** The file's one node through our decoder and evaluation. */
export function oursOf(application: Application): Outcome[] {
  const none = Array.from(
    { length: application.outputs ?? 1 },
    () => ({ type: 'float32', shape: [] }) as const,
  );
  const { graph, opsets } = decodeOnnx(build(application, none));
  const [node] = graph.nodes;
  const opset = opsets.get('')!;
  const operator = findOperator('', node.operator, opset);
  if (operator === undefined) throw new Error(`no operator ${node.operator}`);
  const inputs = application.inputs.map((value): OnnxTensor | null =>
    value === null ? null : { type: value.type, shape: value.shape, data: typedArray(value) },
  );
  const outputs = operator.evaluate(inputs, { node, opset }).slice(0, node.outputs.length);
  return outputs.map((tensor) => {
    if (tensor === null) throw new Error('an output was not made');
    return { type: tensor.type, shape: tensor.shape, data: numbers(tensor.data) };
  });
}

/** The same by ONNX Runtime, which also checks that types and shapes are as `declared`. */
export async function runtimeOf(application: Application, declared: readonly Outcome[]): Promise<Outcome[]> {
  const bytes = build(application, declared as Declared);
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  const feeds: Record<string, Tensor> = {};
  application.inputs.forEach((value, index) => {
    if (value === null || (application.constants ?? []).includes(index)) return;
    feeds[`x${index}`] = new Tensor(value.type, typedArray(value) as Float32Array, [...value.shape]);
  });
  const results = await session.run(feeds);
  const outcomes = declared.map((_, index) => {
    const tensor = results[`y${index}`];
    const data = tensor.data as OnnxTensor['data'];
    return { type: tensor.type, shape: tensor.dims, data: numbers(data) };
  });
  await session.release();
  return outcomes;
}
