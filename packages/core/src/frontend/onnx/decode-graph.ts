import type { GraphProto, NodeProto, ValueInfoProto } from '../../onnx/onnx_pb.gen.ts';
import { decodeAttribute } from './decode-attribute.ts';
import { decodeTensor, type TensorContext } from './decode-tensor.ts';
import { normaliseDomain } from './domains.ts';
import { describeElementType, elementTypeOf, READABLE_TYPES } from './element-type.ts';
import type { OnnxAttribute, OnnxDimension, OnnxGraph, OnnxNode, OnnxValueInfo } from './graph.ts';
import { MAX_DIMENSION } from './limits.ts';
import { nodePlace, quoted } from './place.ts';
import type { OnnxTensor } from './tensor.ts';
import { orderNodes } from './value-flow.ts';

const EXPORT_AGAIN = 'export the network again';

function decodeValueInfo(
  proto: ValueInfoProto,
  path: string,
  { issues, limits }: TensorContext,
): OnnxValueInfo | undefined {
  const place = `${path} ${quoted(proto.name)}`;
  const type = proto.type?.value;
  if (type?.case !== 'tensorType') {
    const found = type?.case === undefined ? 'no type' : `a type of the kind ${type.case}`;
    issues.add(
      'onnx-value-type',
      place,
      `has ${found}; inputs and outputs are tensors`,
      'export a network of tensors only',
    );
    return undefined;
  }
  const { elemType, shape } = type.value;
  const elementType = elementTypeOf(elemType);
  if (elementType === undefined) {
    issues.add(
      'onnx-element-type',
      place,
      `element type ${describeElementType(elemType)} is not read`,
      `use one of ${READABLE_TYPES}`,
    );
    return undefined;
  }
  if (shape !== undefined && shape.dim.length > limits.rank) {
    issues.add(
      'onnx-dimension',
      place,
      `${shape.dim.length} axes; at most ${limits.rank} are read`,
      EXPORT_AGAIN,
    );
    return undefined;
  }
  const dimensions: OnnxDimension[] = [];
  for (const [axis, { value }] of (shape?.dim ?? []).entries()) {
    if (value.case === 'dimValue' && (value.value < 0n || value.value > BigInt(MAX_DIMENSION))) {
      issues.add(
        'onnx-dimension',
        `${place}.shape[${axis}]`,
        `dimension ${value.value}; a dimension is between 0 and ${MAX_DIMENSION}, or a name`,
        'export the network with a fixed or a named dimension',
      );
      return undefined;
    }
    dimensions.push(
      value.case === 'dimValue' ? Number(value.value) : value.case === 'dimParam' ? value.value : '',
    );
  }
  return { name: proto.name, type: elementType, shape: shape === undefined ? null : dimensions };
}

function decodeNode(proto: NodeProto, index: number, context: TensorContext): OnnxNode {
  const place = nodePlace(index, proto.name, proto.opType);
  const attributes = new Map<string, OnnxAttribute>();
  for (const attribute of proto.attribute) {
    const path = `${place}.attributes ${quoted(attribute.name)}`;
    if (attributes.has(attribute.name)) {
      context.issues.add('onnx-attribute', path, 'the attribute is given twice', EXPORT_AGAIN);
      continue;
    }
    const value = decodeAttribute(attribute, path, context);
    if (value !== undefined) attributes.set(attribute.name, value);
  }
  return {
    name: proto.name === '' ? `#${index}` : proto.name,
    domain: normaliseDomain(proto.domain),
    operator: proto.opType,
    inputs: proto.input,
    outputs: proto.output,
    attributes,
  };
}

function decodeInitializers(proto: GraphProto, context: TensorContext): ReadonlyMap<string, OnnxTensor> {
  const initializers = new Map<string, OnnxTensor>();
  const seen = new Set<string>();
  for (const [index, tensor] of proto.initializer.entries()) {
    const path = `graph.initializers[${index}] ${quoted(tensor.name)}`;
    if (tensor.name === '') {
      context.issues.add('onnx-value-name', path, 'the initializer has no name', EXPORT_AGAIN);
      continue;
    }
    if (seen.has(tensor.name)) {
      context.issues.add('onnx-duplicate-value', path, 'a value of this name exists already', EXPORT_AGAIN);
      continue;
    }
    seen.add(tensor.name);
    const decoded = decodeTensor(tensor, path, context);
    if (decoded !== undefined) initializers.set(tensor.name, decoded);
  }
  for (const index of proto.sparseInitializer.keys()) {
    context.issues.add(
      'onnx-unsupported',
      `graph.sparse_initializers[${index}]`,
      'sparse weights are not read',
      'export the network with dense weights',
    );
  }
  return initializers;
}

/** Keys under which QONNX and FINN state the element type that a float tensor stands for. */
const DATATYPE_KEYS = ['finn_datatype', 'qonnx_datatype'];

function decodeAnnotations(proto: GraphProto): ReadonlyMap<string, string> {
  const annotations = new Map<string, string>();
  for (const { tensorName, quantParameterTensorNames } of proto.quantizationAnnotation) {
    const entry = quantParameterTensorNames.find(({ key }) => DATATYPE_KEYS.includes(key));
    if (entry !== undefined) annotations.set(tensorName, entry.value);
  }
  return annotations;
}

/**
 * Decodes a graph and puts its nodes in topological order.
 *
 * @returns undefined after adding the reasons to `context.issues`.
 */
export function decodeGraph(proto: GraphProto, context: TensorContext): OnnxGraph | undefined {
  const { issues, limits } = context;
  if (proto.node.length === 0) {
    issues.add('onnx-no-nodes', 'graph.nodes', 'the graph has no nodes', EXPORT_AGAIN);
    return undefined;
  }
  if (proto.node.length > limits.nodes) {
    issues.add(
      'onnx-too-large',
      'graph.nodes',
      `${proto.node.length} nodes; at most ${limits.nodes} are read`,
      'export one network a file, with its loops kept as they are',
    );
    return undefined;
  }
  if (proto.output.length === 0)
    issues.add('onnx-no-outputs', 'graph.outputs', 'the graph has no outputs', EXPORT_AGAIN);

  const initializers = decodeInitializers(proto, context);
  const initializerNames = new Set(proto.initializer.map(({ name }) => name));
  // Up to IR version 3 initializers are listed as inputs too.
  const inputs = proto.input
    .map((info, index) => ({ info, path: `graph.inputs[${index}]` }))
    .filter(({ info }) => !initializerNames.has(info.name))
    .map(({ info, path }) => decodeValueInfo(info, path, context));
  const outputs = proto.output.map((info, index) =>
    decodeValueInfo(info, `graph.outputs[${index}]`, context),
  );
  const nodes = proto.node.map((node, index) => decodeNode(node, index, context));
  const order = orderNodes(
    {
      inputs: proto.input.map(({ name }) => name),
      outputs: proto.output.map(({ name }) => name),
      initializers: initializerNames,
      nodes,
    },
    issues,
  );
  if (!issues.isEmpty || order === undefined) return undefined;
  return {
    name: proto.name,
    inputs: inputs.filter((input) => input !== undefined),
    outputs: outputs.filter((output) => output !== undefined),
    initializers,
    nodes: order.map((index) => nodes[index]),
    quantizationAnnotations: decodeAnnotations(proto),
  };
}
