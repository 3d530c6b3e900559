import { fromBinary } from '@bufbuild/protobuf';
import { fail } from '../../diagnostics/index.ts';
import { ModelProtoSchema, type ModelProto } from '../../onnx/onnx_pb.gen.ts';
import { decodeGraph } from './decode-graph.ts';
import { normaliseDomain, OPSETS, QONNX_DOMAINS } from './domains.ts';
import { ExternalFiles, type ExternalReader } from './external-data.ts';
import type { OnnxGraph, OnnxModel } from './graph.ts';
import { DEFAULT_LIMITS, type OnnxLimits } from './limits.ts';
import { IssueList, nodePlace, printable, quoted } from './place.ts';
import { checkWireFormat } from './wire.ts';

/** Versions of the file format (IR) that are read: 3 (2017) to 13, which belongs to opset 25. */
export const IR_VERSIONS = { first: 3, last: 13 } as const;

/** Options of {@link decodeOnnx}. */
export interface DecodeOptions {
  /** Gives the files of external data; without it a model that has some is refused. */
  readonly readExternal?: ExternalReader;
  readonly limits?: Partial<OnnxLimits>;
}

function checkVersions(proto: ModelProto, issues: IssueList): ReadonlyMap<string, number> {
  if (proto.irVersion < BigInt(IR_VERSIONS.first) || proto.irVersion > BigInt(IR_VERSIONS.last)) {
    issues.add(
      'onnx-ir-version',
      'model.ir_version',
      `IR version ${proto.irVersion}; versions ${IR_VERSIONS.first} to ${IR_VERSIONS.last} are read`,
      'export the network again with a current exporter',
    );
  }
  const opsets = new Map<string, number>();
  for (const [index, { domain, version }] of proto.opsetImport.entries()) {
    const name = normaliseDomain(domain);
    const path = `model.opset_import[${index}]`;
    if (opsets.has(name))
      issues.add(
        'onnx-opset',
        path,
        `domain ${quoted(name)} is imported twice`,
        'state one version of each domain',
      );
    opsets.set(name, Number(version));
    if (name === '' && (version < BigInt(OPSETS.first) || version > BigInt(OPSETS.last)))
      issues.add(
        'onnx-opset',
        path,
        `ONNX operator set ${version}; sets ${OPSETS.first} to ${OPSETS.last} are read`,
        `export with opset_version between ${OPSETS.first} and ${OPSETS.last}, or convert the file`,
      );
  }
  return opsets;
}

/** Adds the QONNX domains that nodes use without an import (version 1), refuses others. */
function completeOpsets(
  graph: OnnxGraph,
  imported: ReadonlyMap<string, number>,
  issues: IssueList,
): ReadonlyMap<string, number> {
  const opsets = new Map(imported);
  for (const [index, { name, operator, domain }] of graph.nodes.entries()) {
    if (opsets.has(domain)) continue;
    if (QONNX_DOMAINS.includes(domain)) {
      opsets.set(domain, 1);
      continue;
    }
    issues.add(
      'onnx-opset',
      nodePlace(index, name, operator),
      `the file does not state the version of the operator set ${quoted(domain)} that this node uses`,
      'export the network again; opset_import names every operator set',
    );
  }
  // Simplification may add a node of ONNX's own domain to a graph that has none.
  if (!opsets.has('')) opsets.set('', OPSETS.last);
  return opsets;
}

function refuseExtras(proto: ModelProto, issues: IssueList): void {
  for (const [index, { name }] of proto.functions.entries())
    issues.add(
      'onnx-unsupported',
      `model.functions[${index}]`,
      `the model defines a function, ${quoted(name)}; models with functions are not read`,
      'export without functions, or inline them (onnx.inliner)',
    );
  if (proto.trainingInfo.length > 0)
    issues.add(
      'onnx-unsupported',
      'model.training_info',
      'the file holds a training graph',
      'export the network for inference',
    );
}

/**
 * Reads an ONNX or QONNX file: checks that it is whole and makes sense, and decodes its weights.
 *
 * Checked: protobuf format and limits before objects are made, versions (IR 3 to 13, ONNX operator
 * sets 7 to 25), element types, the size of every tensor against the bytes that are there, one maker
 * for each value, nothing read that nobody makes, no cycles. Not checked: whether the operators can
 * run (`checkSupported`) and whether the shapes fit (`simplify`).
 *
 * @param bytes the file; not kept.
 * @throws TallyError with every issue found (up to 100), each with its place: `onnx-empty`,
 *   `onnx-not-protobuf`, `onnx-truncated`, `onnx-too-large`, `onnx-no-graph`, `onnx-no-nodes`,
 *   `onnx-no-outputs`, `onnx-ir-version`, `onnx-opset`, `onnx-unsupported`, `onnx-value-type`,
 *   `onnx-value-name`, `onnx-element-type`, `onnx-dimension`, `onnx-tensor-data`,
 *   `onnx-external-data`, `onnx-attribute`, `onnx-duplicate-value`, `onnx-undefined-value`,
 *   `onnx-missing-initializer`, `onnx-missing-output`, `onnx-cycle`.
 */
export function decodeOnnx(bytes: Uint8Array, options: DecodeOptions = {}): OnnxModel {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  checkWireFormat(ModelProtoSchema, bytes, limits);
  const proto = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  if (proto.graph === undefined)
    fail(
      'onnx-no-graph',
      'model.graph',
      'the model has no graph',
      'give an ONNX model (a tensor or a function library is not one)',
    );
  const issues = new IssueList();
  const imported = checkVersions(proto, issues);
  refuseExtras(proto, issues);
  const graph = decodeGraph(proto.graph, {
    issues,
    external: new ExternalFiles(options.readExternal),
    limits,
  });
  const opsets = graph === undefined ? imported : completeOpsets(graph, imported, issues);
  issues.throwIfAny();
  if (graph === undefined) throw new Error('a graph that cannot be decoded has an issue');
  return {
    kind: 'onnx-model',
    irVersion: Number(proto.irVersion),
    producer: printable(`${proto.producerName} ${proto.producerVersion}`.trim()),
    opsets,
    graph,
  };
}
