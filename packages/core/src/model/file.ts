import { fail } from '../diagnostics/index.ts';
import { decodeContainer, encodeContainer } from './container.ts';
import type { Model, ModelGraph, ModelNode } from './model.ts';

/** Magic of a model file. */
export const MODEL_MAGIC = 'TALLYMDL';

/** Version of the model file format that this code reads and writes. */
export const MODEL_VERSION = 1;

/**
 * The bytes of a model file: a {@link encodeContainer | tensor container} whose content is
 * `{ "graph": ModelGraph }` and whose tensors are the parameters, in the model's order.
 */
export function encodeModel(model: Model): Uint8Array {
  return encodeContainer({
    magic: MODEL_MAGIC,
    version: MODEL_VERSION,
    content: { graph: model.graph },
    tensors: model.parameters,
  });
}

/** Names of the parameters that a node reads, in order. */
export function parameterNamesOf(node: ModelNode): readonly string[] {
  switch (node.kind) {
    case 'conv':
    case 'fully-connected':
      return [
        node.weight,
        ...(node.bias === null ? [] : [node.bias]),
        ...(node.weightQuantizer === null ? [] : [node.weightQuantizer.step]),
      ];
    case 'batch-norm':
      return [node.gamma, node.beta, node.mean, node.variance];
    case 'quantize':
      return [node.step];
    default:
      return [];
  }
}

/** Names of the parameters that a graph needs. */
export function parameterNames(graph: ModelGraph): readonly string[] {
  return graph.nodes.flatMap(parameterNamesOf);
}

function isModelGraph(value: unknown): value is ModelGraph {
  if (typeof value !== 'object' || value === null) return false;
  const graph = value as Partial<Record<keyof ModelGraph, unknown>>;
  return (
    graph.kind === 'model-graph' &&
    typeof graph.name === 'string' &&
    typeof graph.output === 'string' &&
    typeof graph.input === 'object' &&
    graph.input !== null &&
    Array.isArray(graph.nodes) &&
    graph.nodes.every(
      (node: unknown) =>
        typeof node === 'object' &&
        node !== null &&
        'kind' in node &&
        'id' in node &&
        typeof node.id === 'string',
    )
  );
}

/** A node as today's graph has it: files from before these fields left them out. */
function completed(node: ModelNode): ModelNode {
  if (node.kind === 'conv') return { ...node, bias: (node as { bias?: string | null }).bias ?? null };
  if (node.kind === 'quantize') {
    const { zeroPoint = 0, levels = 2 ** node.bits } = node as { zeroPoint?: number; levels?: number };
    return { ...node, zeroPoint, levels };
  }
  return node;
}

/**
 * Reads a model file.
 *
 * @param source file name, for messages.
 * @throws TallyError when the bytes are not a whole model file or a parameter of the graph is missing.
 */
export function decodeModel(bytes: Uint8Array, source: string): Model {
  const { content, tensors } = decodeContainer(bytes, MODEL_MAGIC, MODEL_VERSION, source);
  const graph: unknown =
    typeof content === 'object' && content !== null && 'graph' in content ? content.graph : undefined;
  if (!isModelGraph(graph)) {
    return fail(
      'file-header-invalid',
      `${source}.header.content.graph`,
      'is not a model graph',
      'make the file again',
    );
  }
  const whole: ModelGraph = { ...graph, nodes: graph.nodes.map(completed) };
  for (const name of parameterNames(whole)) {
    if (!tensors.has(name)) {
      fail(
        'model-parameter-missing',
        `${source}.header.tensors`,
        `the graph '${graph.name}' names the parameter '${name}', which the file lacks`,
        'make the file again',
      );
    }
  }
  return { graph: whole, parameters: tensors };
}
