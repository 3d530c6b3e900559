import { fromBinary, isFieldSet } from '@bufbuild/protobuf';
import { fail } from '../../diagnostics/index.ts';
import { TensorProto_DataLocation, TensorProtoSchema, type TensorProto } from '../../onnx/onnx_pb.gen.ts';
import { countElements } from './element-count.ts';
import { describeElementType, elementTypeOf, elementTypes, READABLE_TYPES } from './element-type.ts';
import { ExternalFiles } from './external-data.ts';
import { DEFAULT_LIMITS, MAX_DIMENSION, type OnnxLimits } from './limits.ts';
import { IssueList, quoted } from './place.ts';
import { fromPackedFields, fromRawBytes, rawByteLength, viewRawBytes } from './tensor-bytes.ts';
import type { OnnxElementType, OnnxTensor } from './tensor.ts';
import { checkWireFormat } from './wire.ts';

/** What decoding a tensor needs besides the tensor. */
export interface TensorContext {
  readonly issues: IssueList;
  readonly external: ExternalFiles;
  readonly limits: OnnxLimits;
}

const EXPORT_AGAIN = 'export or save the model again';

/** Reads dimensions; @returns undefined after adding the reason to `issues`. */
function decodeShape(
  dims: readonly bigint[],
  path: string,
  { issues, limits }: TensorContext,
): readonly number[] | undefined {
  if (dims.length > limits.rank) {
    issues.add(
      'onnx-dimension',
      `${path}.dims`,
      `${dims.length} axes; at most ${limits.rank} are read`,
      EXPORT_AGAIN,
    );
    return undefined;
  }
  const wrong = dims.findIndex((dim) => dim < 0n || dim > BigInt(MAX_DIMENSION));
  if (wrong >= 0) {
    issues.add(
      'onnx-dimension',
      `${path}.dims[${wrong}]`,
      `dimension ${dims[wrong]}; a dimension is between 0 and ${MAX_DIMENSION}`,
      EXPORT_AGAIN,
    );
    return undefined;
  }
  return dims.map(Number);
}

/**
 * Decodes one TensorProto. Sizes are checked against the bytes that are there before anything is
 * allocated. The elements are copied once, so that the tensor does not keep the file alive; external
 * data are not copied where they are aligned.
 *
 * @param path where the tensor stands, for issues.
 * @returns undefined after adding the reason to `context.issues`.
 */
export function decodeTensor(
  proto: TensorProto,
  path: string,
  context: TensorContext,
): OnnxTensor | undefined {
  const { issues, external } = context;
  const type = elementTypeOf(proto.dataType);
  if (type === undefined) {
    issues.add(
      'onnx-element-type',
      `${path}.data_type`,
      `element type ${describeElementType(proto.dataType)} is not read`,
      `use one of ${READABLE_TYPES}`,
    );
    return undefined;
  }
  if (proto.segment !== undefined) {
    issues.add('onnx-tensor-data', `${path}.segment`, 'tensors in segments are not read', EXPORT_AGAIN);
    return undefined;
  }
  const shape = decodeShape(proto.dims, path, context);
  if (shape === undefined) return undefined;
  const count = countElements(shape);
  const byteLength = rawByteLength(type, count);
  const asked = `shape [${shape.join(', ')}] of ${type}`;

  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    const bytes = external.bytesOf(proto, path, byteLength, issues);
    return bytes === null ? undefined : { type, shape, data: viewRawBytes(type, count, bytes) };
  }
  if (isFieldSet(proto, TensorProtoSchema.field.rawData)) {
    if (proto.rawData.length !== byteLength) {
      issues.add(
        'onnx-tensor-data',
        `${path}.raw_data`,
        `${asked} takes ${byteLength} bytes, but ${proto.rawData.length} are stored`,
        EXPORT_AGAIN,
      );
      return undefined;
    }
    return { type, shape, data: fromRawBytes(type, count, proto.rawData) };
  }
  return decodePackedFields(proto, path, context, { type, shape, count, asked });
}

function decodePackedFields(
  proto: TensorProto,
  path: string,
  { issues }: TensorContext,
  tensor: { type: OnnxElementType; shape: readonly number[]; count: number; asked: string },
): OnnxTensor | undefined {
  const { type, shape, count, asked } = tensor;
  const { field, bits } = elementTypes[type];
  const values = proto[field];
  const perItem = bits < 8 ? 8 / bits : 1;
  const fieldPath = `${path}.${TensorProtoSchema.field[field].name}`;
  if (values.length !== Math.ceil(count / perItem)) {
    const needed = Math.ceil(count / perItem);
    issues.add(
      'onnx-tensor-data',
      fieldPath,
      `${asked} takes ${needed} items, but ${values.length} are stored`,
      EXPORT_AGAIN,
    );
    return undefined;
  }
  const result = fromPackedFields(type, count, values);
  if ('wrongIndex' in result) {
    issues.add(
      'onnx-tensor-data',
      `${fieldPath}[${result.wrongIndex}]`,
      `${String(values[result.wrongIndex])} does not fit ${type}`,
      EXPORT_AGAIN,
    );
    return undefined;
  }
  return { type, shape, data: result.data };
}

/**
 * Decodes a file that holds one TensorProto (`input_0.pb` of ONNX's conformance data).
 *
 * @returns the tensor and its name ('' when it has none).
 * @throws TallyError like {@link checkWireFormat} and `onnx-element-type`, `onnx-dimension`,
 *   `onnx-tensor-data`, `onnx-external-data`.
 */
export function decodeTensorFile(bytes: Uint8Array): { readonly name: string; readonly tensor: OnnxTensor } {
  checkWireFormat(TensorProtoSchema, bytes, DEFAULT_LIMITS);
  const proto = fromBinary(TensorProtoSchema, bytes, { readUnknownFields: false });
  const issues = new IssueList();
  const path = proto.name === '' ? 'tensor' : `tensor ${quoted(proto.name)}`;
  const tensor = decodeTensor(proto, path, {
    issues,
    external: new ExternalFiles(undefined),
    limits: DEFAULT_LIMITS,
  });
  issues.throwIfAny();
  return tensor === undefined
    ? fail('onnx-tensor-data', path, 'the tensor has no data', EXPORT_AGAIN)
    : { name: proto.name, tensor };
}
