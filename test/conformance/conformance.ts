/**
 * ONNX's own conformance cases (Debian package libonnx-testdata) through our decoder and float executor.
 *
 * A case is a folder with a model of one operator or a few, inputs and the outputs that ONNX's
 * reference gives. It passes when every output is as {@link compare} demands, and is left out, with
 * the reason, when the file or an operator is not supported.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { TallyError } from '../../packages/core/src/diagnostics/index.ts';
import { decodeOnnx } from '../../packages/core/src/frontend/onnx/decode.ts';
import { decodeTensorFile } from '../../packages/core/src/frontend/onnx/decode-tensor.ts';
import type { OnnxModel } from '../../packages/core/src/frontend/onnx/graph.ts';
import { findOperator, operators } from '../../packages/core/src/frontend/onnx/registry.ts';
import { createFloatExecutor } from '../../packages/core/src/frontend/onnx/executor.ts';
import { bfloat16Value } from '../../packages/core/src/frontend/onnx/half.ts';
import type { OnnxElementType, OnnxTensor } from '../../packages/core/src/frontend/onnx/tensor.ts';
import { ModelProtoSchema } from '../../packages/core/src/onnx/onnx_pb.gen.ts';
import { compare } from './compare.ts';

/** Where the Debian package puts the cases. */
export const TEST_DATA = '/usr/share/libonnx-testdata/data';

/** What became of one case. */
export type Outcome =
  | { readonly kind: 'passed'; readonly maxError: number; readonly tight: boolean }
  /** An operator (or its attribute, type, version) or the file is not supported: `reason` says which. */
  | { readonly kind: 'refused'; readonly stage: 'file' | 'operator' | 'evaluation'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A case and its outcome. */
export interface CaseResult {
  /** `node/test_abs`. */
  readonly name: string;
  /** The file's operator set when it was raised to 7, the first that is read; else null. */
  readonly raisedFrom: number | null;
  readonly operators: readonly string[];
  readonly outcome: Outcome;
}

/**
 * Cases whose expected values we do not share, with the reason. The data of ONNX 1.12 drop the low bits
 * when float32 becomes bfloat16; we take the nearest value, ties to even, as later versions of ONNX and ONNX Runtime do.
 */
export const DISPUTED: ReadonlySet<string> = new Set([
  'node/test_cast_FLOAT_to_BFLOAT16',
  'node/test_castlike_FLOAT_to_BFLOAT16',
  'node/test_castlike_FLOAT_to_BFLOAT16_expanded',
]);

const FIRST_OPSET = 7;

/**
 * Files of older operator sets are read as set 7 when each of their operators means the same in both:
 * its entry in the registry begins at the file's version or before.
 */
function raised(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly from: number | null } {
  const proto = fromBinary(ModelProtoSchema, bytes);
  const own = proto.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const version = Number(own?.version ?? 0n);
  if (own === undefined || version >= FIRST_OPSET) return { bytes, from: null };
  const same = proto.graph?.node.every(({ opType, domain }) =>
    operators.some(
      (operator) =>
        operator.domain === domain &&
        operator.name === opType &&
        operator.opsets[0] <= version &&
        operator.opsets[1] >= FIRST_OPSET,
    ),
  );
  if (same !== true) return { bytes, from: null };
  own.version = BigInt(FIRST_OPSET);
  return { bytes: toBinary(ModelProtoSchema, proto), from: version };
}

function firstIssue(error: unknown): { readonly code: string; readonly text: string } {
  if (!(error instanceof TallyError)) throw error;
  const [issue] = error.issues;
  return { code: issue.code, text: `${issue.path}: ${issue.message}` };
}

/** Data sets hold bfloat16 values as uint16 bits: the type that the graph declares decides. */
function declared(tensor: OnnxTensor, type: OnnxElementType | undefined): OnnxTensor {
  if (type !== 'bfloat16' || !(tensor.data instanceof Uint16Array)) return tensor;
  return { type, shape: tensor.shape, data: Float32Array.from(tensor.data, bfloat16Value) };
}

/** Runs the graph on the inputs in their order. */
function evaluate(model: OnnxModel, inputs: readonly OnnxTensor[]): (OnnxTensor | undefined)[] {
  const { graph } = model;
  const given = graph.inputs.flatMap(({ name, type }, index) => {
    const tensor = inputs.at(index);
    return tensor === undefined ? [] : [[name, declared(tensor, type)] as const];
  });
  // Data of a few bfloat16 cases have another shape than the graph states; the data count.
  const open = { ...graph, inputs: graph.inputs.map((input) => ({ ...input, shape: null })) };
  const { outputs } = createFloatExecutor({ ...model, graph: open }, findOperator).run(new Map(given));
  return graph.outputs.map(({ name }) => outputs.get(name));
}

function tensors(folder: string, prefix: string): OnnxTensor[] {
  const count = readdirSync(folder).filter((file) => file.startsWith(prefix)).length;
  return Array.from(
    { length: count },
    (_, index) => decodeTensorFile(new Uint8Array(readFileSync(join(folder, `${prefix}${index}.pb`)))).tensor,
  );
}

function refusal(model: OnnxModel): Outcome | null {
  for (const { domain, operator, attributes } of model.graph.nodes) {
    const opset = model.opsets.get(domain) ?? 1;
    const found = findOperator(domain, operator, opset);
    const name = domain === '' ? operator : `${domain}.${operator}`;
    if (found === undefined) return { kind: 'refused', stage: 'operator', reason: `operator ${name}` };
    const unknown = [...attributes.keys()].find((attribute) => !found.attributes.includes(attribute));
    if (unknown !== undefined)
      return { kind: 'refused', stage: 'operator', reason: `operator ${name}, attribute ${unknown}` };
  }
  return null;
}

function runCase(
  folder: string,
  bytes: Uint8Array,
): { readonly outcome: Outcome; readonly operators: string[] } {
  let model: OnnxModel;
  try {
    model = decodeOnnx(bytes);
  } catch (error) {
    const { code, text } = firstIssue(error);
    return { outcome: { kind: 'refused', stage: 'file', reason: `${code}: ${text}` }, operators: [] };
  }
  const names = [...new Set(model.graph.nodes.map(({ operator }) => operator))].sort();
  const missing = refusal(model);
  if (missing !== null) return { outcome: missing, operators: names };
  let maxError = 0;
  let tight = true;
  for (const set of readdirSync(folder).filter((name) => name.startsWith('test_data_set_'))) {
    let outputs: (OnnxTensor | undefined)[];
    let expected: OnnxTensor[];
    try {
      expected = tensors(join(folder, set), 'output_');
      outputs = evaluate(model, tensors(join(folder, set), 'input_'));
    } catch (error) {
      const { code, text } = firstIssue(error);
      const unsupported = code === 'onnx-unsupported' || code === 'onnx-training-mode';
      if (!unsupported)
        return { outcome: { kind: 'failed', reason: `${set}: ${code}: ${text}` }, operators: names };
      return { outcome: { kind: 'refused', stage: 'evaluation', reason: text }, operators: names };
    }
    for (const [index, tensor] of expected.entries()) {
      const result = compare(outputs.at(index), declared(tensor, model.graph.outputs.at(index)?.type));
      if (typeof result === 'string')
        return {
          outcome: { kind: 'failed', reason: `${set}, output ${index}: ${result}` },
          operators: names,
        };
      maxError = Math.max(maxError, result.error);
      tight &&= result.tight;
    }
  }
  return { outcome: { kind: 'passed', maxError, tight }, operators: names };
}

/** Runs every case below {@link TEST_DATA}; null when the package is not installed. */
export function runConformance(): CaseResult[] | null {
  if (!existsSync(TEST_DATA)) return null;
  const folders = readdirSync(TEST_DATA).flatMap((group) =>
    readdirSync(join(TEST_DATA, group)).map((name) => `${group}/${name}`),
  );
  return folders
    .filter((name) => existsSync(join(TEST_DATA, name, 'model.onnx')))
    .sort()
    .map((name) => {
      const folder = join(TEST_DATA, name);
      const { bytes, from } = raised(new Uint8Array(readFileSync(join(folder, 'model.onnx'))));
      return { name, raisedFrom: from, ...runCase(folder, bytes) };
    });
}
