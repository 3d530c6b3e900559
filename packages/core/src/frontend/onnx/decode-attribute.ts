import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProto,
} from '../../onnx/onnx_pb.gen.ts';
import { decodeTensor, type TensorContext } from './decode-tensor.ts';
import type { OnnxAttribute } from './graph.ts';

const INT64_MAX = 9_223_372_036_854_775_807n;
const INT64_MIN = -9_223_372_036_854_775_808n;

/**
 * An int64 as a number. The largest and the smallest int64, by which exporters say "to the end"
 * (Slice), become the largest and smallest safe integer; undefined for others that are not safe.
 */
function safeInteger(value: bigint): number | undefined {
  if (value === INT64_MAX) return Number.MAX_SAFE_INTEGER;
  if (value === INT64_MIN) return Number.MIN_SAFE_INTEGER;
  const result = Number(value);
  return Number.isSafeInteger(result) ? result : undefined;
}

const utf8 = new TextDecoder();

/**
 * Decodes one attribute of a node.
 *
 * @param path where it stands, for issues.
 * @returns undefined after adding the reason to `context.issues`.
 */
export function decodeAttribute(
  proto: AttributeProto,
  path: string,
  context: TensorContext,
): OnnxAttribute | undefined {
  const integers = (values: readonly bigint[]): readonly number[] | undefined => {
    const numbers = values.map(safeInteger);
    const wrong = numbers.indexOf(undefined);
    if (wrong < 0) return numbers as readonly number[];
    context.issues.add(
      'onnx-attribute',
      path,
      `the integer ${values[wrong]} is beyond 2^53`,
      'no operator of a network needs such a number; export the model again',
    );
    return undefined;
  };
  const unsupported = (what: string): OnnxAttribute => ({ kind: 'unsupported', what });
  if (proto.refAttrName !== '') return unsupported('a reference to an attribute of a function');
  switch (proto.type) {
    case AttributeType.INT: {
      const values = integers([proto.i]);
      return values && { kind: 'int', value: values[0] };
    }
    case AttributeType.INTS: {
      const value = integers(proto.ints);
      return value && { kind: 'ints', value };
    }
    case AttributeType.FLOAT:
      return { kind: 'float', value: proto.f };
    case AttributeType.FLOATS:
      return { kind: 'floats', value: proto.floats };
    case AttributeType.STRING:
      return { kind: 'string', value: utf8.decode(proto.s) };
    case AttributeType.STRINGS:
      return { kind: 'strings', value: proto.strings.map((bytes) => utf8.decode(bytes)) };
    case AttributeType.TENSOR: {
      if (proto.t === undefined) return unsupported('a tensor attribute without a tensor');
      const value = decodeTensor(proto.t, `${path}.t`, context);
      return value && { kind: 'tensor', value };
    }
    case AttributeType.TENSORS:
      return unsupported('a list of tensors');
    case AttributeType.GRAPH:
    case AttributeType.GRAPHS:
      return unsupported('a subgraph');
    case AttributeType.SPARSE_TENSOR:
    case AttributeType.SPARSE_TENSORS:
      return unsupported('a sparse tensor');
    case AttributeType.TYPE_PROTO:
    case AttributeType.TYPE_PROTOS:
      return unsupported('a type');
    case AttributeType.UNDEFINED:
      return unsupported('an attribute without a type');
    default:
      throw new Error(`no such attribute type: ${String(proto.type satisfies never)}`);
  }
}
