import type { Issue } from '../../diagnostics/index.ts';
import { OPSETS, QONNX_DOMAINS } from './domains.ts';
import type { OnnxModel, OnnxNode } from './graph.ts';
import type { OnnxOperator } from './operator.ts';
import { nodePlace, printable, quoted } from './place.ts';

/** Finds the operator whose semantics hold at version `opset` of its domain (`registry.ts`). */
export type FindOperator = (domain: string, name: string, opset: number) => OnnxOperator | undefined;

const SEE_FEATURES = 'see FEATURES.md for what can be read';

function describeDomain(domain: string): string {
  return domain === '' ? 'ONNX' : quoted(domain);
}

function checkOperator(node: OnnxNode, opset: number, find: FindOperator): string | null {
  const { domain, operator } = node;
  if (find(domain, operator, opset) !== undefined) return null;
  if (domain !== '' && !QONNX_DOMAINS.includes(domain))
    return `operator ${quoted(operator)} of the domain ${quoted(domain)}, which is neither ONNX's nor QONNX's`;
  const versions: number[] = [];
  for (let version = 1; version <= OPSETS.last; version++)
    if (find(domain, operator, version) !== undefined) versions.push(version);
  return versions.length === 0
    ? `operator ${quoted(operator)} of ${describeDomain(domain)} is not supported`
    : `operator ${quoted(operator)} is supported in versions ${versions.join(', ')} of ${describeDomain(domain)}, not in ${opset}`;
}

/** Attributes that are not understood, or hold what cannot be read: [attribute, reason]. */
function unreadAttributes(node: OnnxNode, operator: OnnxOperator): (readonly [string, string])[] {
  return [...node.attributes].flatMap(([name, value]): (readonly [string, string])[] => {
    if (value.kind === 'unsupported')
      return [[name, `attribute ${quoted(name)} holds ${value.what}, which is not read`]];
    return operator.attributes.includes(name)
      ? []
      : [[name, `attribute ${quoted(name)} is not understood (${describeAttributes(operator)})`]];
  });
}

function describeAttributes({ name, attributes }: OnnxOperator): string {
  return attributes.length === 0
    ? `${name} has none here`
    : `${name} has ${attributes.map(printable).join(', ')}`;
}

/** A node that computes with the statistics of its own batch, or drops values at random. */
function trainingMode(node: OnnxNode): string | null {
  if (node.domain !== '') return null;
  if (node.operator === 'BatchNormalization') {
    const mode = node.attributes.get('training_mode');
    if (mode?.kind === 'int' && mode.value !== 0) return `training_mode is ${mode.value}`;
    const extra = node.outputs.slice(1).filter((name) => name !== '').length;
    if (extra > 0) return `it puts out running statistics (${extra} more outputs)`;
  }
  return null;
}

/**
 * What of a list of nodes cannot run: every operator that the registry lacks, every attribute that it
 * does not understand, every normalisation in training mode. Not only the first.
 *
 * @param opsets version of each domain.
 */
export function checkNodes(
  nodes: readonly OnnxNode[],
  opsets: ReadonlyMap<string, number>,
  find: FindOperator,
): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [index, node] of nodes.entries()) {
    const path = nodePlace(index, node.name, node.operator);
    const opset = opsets.get(node.domain) ?? 1;
    const missing = checkOperator(node, opset, find);
    if (missing !== null) {
      issues.push({ code: 'onnx-unsupported', path, message: missing, remedy: SEE_FEATURES });
      continue;
    }
    for (const [name, message] of unreadAttributes(node, find(node.domain, node.operator, opset)!))
      issues.push({
        code: 'onnx-unsupported',
        path: `${path}.attributes ${quoted(name)}`,
        message,
        remedy: SEE_FEATURES,
      });
    const training = trainingMode(node);
    if (training !== null)
      issues.push({
        code: 'onnx-training-mode',
        path,
        message: `the node is in training mode: ${training}`,
        remedy: 'export the network for inference (model.eval())',
      });
  }
  return issues;
}

/**
 * What of a model cannot run, all of it: {@link checkNodes} of its graph. Empty when every operator
 * and attribute is understood; attribute values and element types are checked where they are used.
 */
export function checkSupported(model: OnnxModel, find: FindOperator): readonly Issue[] {
  return checkNodes(model.graph.nodes, model.opsets, find);
}
