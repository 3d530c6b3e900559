import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx_pb.gen.ts';

/** Element types that the builder can declare; the 4-bit ones need operator set 21 and are stored two a byte. */
export type ElementType =
  'float32' | 'float64' | 'uint8' | 'int8' | 'uint4' | 'int4' | 'int32' | 'int64' | 'bool';

/** Attribute values: integers and floats are told apart by their wrapper, as ONNX types them. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly string: string }
  /** An element type, as the `to` attribute of `Cast`. */
  | { readonly type: ElementType };

/** ONNX operator set that the builder declares when it is not told another. */
export const OPSET_VERSION = 17;

/** File format version that came with an operator set (ONNX Versioning, "Released versions"), for those that are written. */
const IR_VERSIONS = { 17: 8n, 21: 10n } as const;

/** Version declared for every domain but ONNX's own. */
const CUSTOM_DOMAIN_VERSION = 1n;

/** `TensorProto.DataType`; the 4-bit types are younger than the schema that the generated code is made from. */
const dataTypes: Readonly<Record<ElementType, number>> = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  uint8: TensorProto_DataType.UINT8,
  int8: TensorProto_DataType.INT8,
  uint4: 21,
  int4: 22,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
};

function encodeAttribute(name: string, value: Attribute): AttributeProto {
  if ('int' in value)
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.INT,
      i: BigInt(value.int),
    });
  if ('ints' in value) {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.INTS,
      ints: value.ints.map(BigInt),
    });
  }
  if ('float' in value)
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  if ('floats' in value) {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.FLOATS,
      floats: [...value.floats],
    });
  }
  if ('string' in value) {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.STRING,
      s: new TextEncoder().encode(value.string),
    });
  }
  return create(AttributeProtoSchema, {
    name,
    type: AttributeProto_AttributeType.INT,
    i: BigInt(dataTypes[value.type]),
  });
}

/** Two 4-bit elements a byte, the first in the low half. */
function nibbles(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from({ length: Math.ceil(values.length / 2) }, (_, i) => {
    const low = (values[2 * i] ?? 0) & 0xf;
    const high = (values[2 * i + 1] ?? 0) & 0xf;
    return low | (high << 4);
  });
}

function littleEndian(type: ElementType, values: ArrayLike<number>): Uint8Array {
  if (type === 'int4' || type === 'uint4') return nibbles(values);
  const width = { float32: 4, float64: 8, uint8: 1, int8: 1, int32: 4, int64: 8, bool: 1 }[type];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    switch (type) {
      case 'float32':
        view.setFloat32(4 * i, value, true);
        break;
      case 'float64':
        view.setFloat64(8 * i, value, true);
        break;
      case 'int32':
        view.setInt32(4 * i, value, true);
        break;
      case 'int64':
        view.setBigInt64(8 * i, BigInt(value), true);
        break;
      case 'int8':
        view.setInt8(i, value);
        break;
      case 'uint8':
      case 'bool':
        view.setUint8(i, value);
        break;
      default:
        throw new Error(`no such element type: ${String(type satisfies never)}`);
    }
  }
  return bytes;
}

/**
 * Writes one ONNX graph, node by node, in the order of calls; values are named by strings.
 * The same calls give the same bytes.
 */
export class OnnxGraphBuilder {
  readonly #name: string;
  readonly #nodes: NodeProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #constants = new Map<string, string>();
  readonly #opset: keyof typeof IR_VERSIONS;
  #counter = 0;

  /**
   * @param name the graph's name in the model.
   * @param options.opset ONNX operator set that is declared: 17 (default) or 21.
   */
  constructor(name: string, options: { readonly opset?: keyof typeof IR_VERSIONS } = {}) {
    this.#name = name;
    this.#opset = options.opset ?? OPSET_VERSION;
  }

  /** A value name that is not in use, beginning with `hint`. */
  fresh(hint: string): string {
    return `${hint}#${this.#counter++}`;
  }

  #valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): ValueInfoProto {
    const dim = shape.map((size) =>
      create(TensorShapeProto_DimensionSchema, {
        value:
          typeof size === 'number'
            ? { case: 'dimValue', value: BigInt(size) }
            : { case: 'dimParam', value: size },
      }),
    );
    return create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, {
        value: {
          case: 'tensorType',
          value: create(TypeProto_TensorSchema, {
            elemType: dataTypes[type],
            shape: create(TensorShapeProtoSchema, { dim }),
          }),
        },
      }),
    });
  }

  /** Declares a graph input. @returns its name. */
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string {
    this.#inputs.push(this.#valueInfo(name, type, shape));
    return name;
  }

  /** Declares `value` a graph output under the name `name` (an Identity node renames it when they differ). */
  output(name: string, value: string, type: ElementType, shape: readonly (number | string)[]): void {
    if (name !== value) this.node('Identity', [value], {}, [name]);
    this.#outputs.push(this.#valueInfo(name, type, shape));
  }

  /** A constant tensor; equal constants are stored once. @returns its value name. */
  constant(type: ElementType, shape: readonly number[], values: ArrayLike<number>): string {
    const rawData = littleEndian(type, values);
    const key = `${type}|${shape.join(',')}|${rawData.length < 4096 ? rawData.join(',') : this.#counter}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.#initializer(this.fresh('constant'), type, shape, rawData);
    this.#constants.set(key, name);
    return name;
  }

  #initializer(name: string, type: ElementType, shape: readonly number[], rawData: Uint8Array): string {
    this.#initializers.push(
      create(TensorProtoSchema, { name, dataType: dataTypes[type], dims: shape.map(BigInt), rawData }),
    );
    return name;
  }

  /** A constant tensor under a name that the caller keeps unique: a parameter. @returns the name. */
  parameter(name: string, type: ElementType, shape: readonly number[], values: ArrayLike<number>): string {
    return this.#initializer(name, type, shape, littleEndian(type, values));
  }

  /**
   * Appends a node.
   *
   * @param opType an ONNX operator, or `domain.X` for one of another domain (`com.microsoft.FusedMatMul`).
   * @param inputs value names; an empty string leaves an optional input out.
   * @param outputs names of the outputs, default one fresh name.
   * @param name of the node itself, default the operator and the node's number.
   * @returns the name of the first output.
   */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputs: readonly string[] = [this.fresh(opType)],
    name = `${opType}@${this.#nodes.length}`,
  ): string {
    const dot = opType.lastIndexOf('.');
    this.#nodes.push(
      create(NodeProtoSchema, {
        name,
        opType: opType.slice(dot + 1),
        domain: dot < 0 ? '' : opType.slice(0, dot),
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
      }),
    );
    const first = outputs.at(0);
    if (first === undefined) throw new Error(`${opType}: a node has at least one output`);
    return first;
  }

  /** The bytes of the ModelProto. */
  encode(): Uint8Array {
    const domains = new Set(this.#nodes.map((node) => node.domain).filter((domain) => domain !== ''));
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSIONS[this.#opset],
      producerName: 'tally',
      opsetImport: [
        create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(this.#opset) }),
        ...[...domains].map((domain) =>
          create(OperatorSetIdProtoSchema, { domain, version: CUSTOM_DOMAIN_VERSION }),
        ),
      ],
      graph: create(GraphProtoSchema, {
        name: this.#name,
        node: this.#nodes,
        input: this.#inputs,
        output: this.#outputs,
        initializer: this.#initializers,
      }),
    });
    return toBinary(ModelProtoSchema, model);
  }
}
