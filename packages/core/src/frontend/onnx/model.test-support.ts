import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Kind,
  ModelProtoSchema,
  type AttributeProto,
  type AttributeProtoSchema,
  type GraphProto,
  type GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  type NodeProtoSchema,
  type TensorProto,
  type TensorProtoSchema,
  type ValueInfoProto,
  type ValueInfoProtoSchema,
} from '../../onnx/onnx_pb.gen.ts';
import { TallyError, type Issue } from '../../diagnostics/index.ts';
import { elementTypes } from './element-type.ts';
import type { OnnxElementType, OnnxTensor, OnnxTensorData } from './tensor.ts';
import { allocate } from './tensor-bytes.ts';

type ModelInit = Exclude<MessageInitShape<typeof ModelProtoSchema>, ModelProto>;
export type GraphInit = Exclude<MessageInitShape<typeof GraphProtoSchema>, GraphProto>;
export type NodeInit = Exclude<MessageInitShape<typeof NodeProtoSchema>, NodeProto>;
export type TensorInit = Exclude<MessageInitShape<typeof TensorProtoSchema>, TensorProto>;
type AttributeInit = Exclude<MessageInitShape<typeof AttributeProtoSchema>, AttributeProto>;
type ValueInfoInit = Exclude<MessageInitShape<typeof ValueInfoProtoSchema>, ValueInfoProto>;

/** A tensor type declaration; a string is a symbolic dimension. */
export function valueInfo(
  name: string,
  dims: readonly (number | string)[],
  type: OnnxElementType = 'float32',
): ValueInfoInit {
  const dim = dims.map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size } as const),
  }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: elementTypes[type].number, shape: { dim } } } },
  };
}

/** A float32 initializer stored as raw data. */
export function floats(name: string, dims: readonly number[], values: readonly number[]): TensorInit {
  const rawData = new Uint8Array(Float32Array.from(values).buffer);
  return { name, dims: dims.map(BigInt), dataType: 1, rawData };
}

/** An int64 initializer stored in int64_data. */
export function integers(name: string, values: readonly number[], dims = [values.length]): TensorInit {
  return { name, dims: dims.map(BigInt), dataType: 7, int64Data: values.map(BigInt) };
}

/** Attributes by the kind of value: integers, lists of integers, strings. Floats and tensors are written out. */
export function attributes(
  values: Readonly<Record<string, number | readonly number[] | string>>,
): AttributeInit[] {
  return Object.entries(values).map(([name, value]) => {
    if (typeof value === 'number') return { name, type: Kind.INT, i: BigInt(value) };
    if (typeof value === 'string') return { name, type: Kind.STRING, s: new TextEncoder().encode(value) };
    return { name, type: Kind.INTS, ints: value.map(BigInt) };
  });
}

export function node(
  opType: string,
  input: string[],
  output: string[],
  values: Readonly<Record<string, number | readonly number[] | string>> = {},
): NodeInit {
  return { opType, name: `${opType}_${output.join()}`, input, output, attribute: attributes(values) };
}

/** The bytes of a model: opset 17 unless `model` says otherwise. */
export function encodeModel(graph: GraphInit | null, model: ModelInit = {}): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'test',
      opsetImport: [{ domain: '', version: 17n }],
      ...(graph === null ? {} : { graph }),
      ...model,
    }),
  );
}

/** The issues that `work` is refused with; fails when it is not refused. */
export function refusal(work: () => unknown): readonly Issue[] {
  try {
    work();
  } catch (error) {
    if (error instanceof TallyError) return error.issues;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** A tensor from plain numbers. */
export function tensor(
  type: OnnxElementType,
  shape: readonly number[],
  values: readonly number[],
): OnnxTensor {
  const data: OnnxTensorData = allocate(type, values.length);
  for (const [i, value] of values.entries())
    data[i] = data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(value) : value;
  return { type, shape, data };
}
