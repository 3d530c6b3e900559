import { fail } from '../diagnostics/index.ts';
import { inputsOf, readingFrom, type ModelGraph, type ModelNode } from '../model/model.ts';

/** A part of a network with one value going in and one coming out. */
export interface Block {
  /** Its output's id. */
  readonly name: string;
  /** Id of the value that goes in: an earlier block's output, or `input`. */
  readonly input: string;
  readonly output: string;
  /** Its conv and fully connected layers, in order. */
  readonly layers: readonly string[];
}

/** Nodes that only reshape or restrict what a layer makes: they belong to the layer before them. */
const FOLLOWERS: ReadonlySet<ModelNode['kind']> = new Set([
  'batch-norm',
  'relu',
  'leaky-relu',
  'clip',
  'max-pool',
  'average-pool',
]);

const isLayer = (node: ModelNode): boolean => node.kind === 'conv' || node.kind === 'fully-connected';

/**
 * Runs of nodes between values that every path from input to output passes: after such a value's node no
 * other earlier value is read. In any topological order these are the same values.
 */
function segments(graph: ModelGraph): readonly (readonly ModelNode[])[] {
  const lastReader = new Map<string, number>([[graph.output, graph.nodes.length]]);
  graph.nodes.forEach((node, index) => {
    for (const id of inputsOf(node)) lastReader.set(id, Math.max(lastReader.get(id) ?? 0, index));
  });
  const found: ModelNode[][] = [];
  let open: ModelNode[] = [];
  // Values made so far that somebody later reads.
  let live = new Set(['input']);
  graph.nodes.forEach((node, index) => {
    open.push(node);
    live.add(node.id);
    live = new Set([...live].filter((id) => (lastReader.get(id) ?? -1) > index));
    if (live.size > 1 || !live.has(node.id)) return;
    found.push(open);
    open = [];
  });
  if (open.length > 0) found.push(open);
  return found;
}

/**
 * Splits a network into blocks for reconstruction, one behind the other: what lies between two values that
 * every path passes and has branches is one block (a residual block), a single layer is one elsewhere. Batch norm,
 * activation and pooling belong to the layer before them; quantizers, padding, flattening and a global average, which
 * would leave one pixel per image to learn from, to the layer after.
 *
 * @throws TallyError when the graph has no layer.
 */
export function partition(graph: ModelGraph): readonly Block[] {
  const groups: ModelNode[][] = [];
  let ahead: ModelNode[] = [];
  for (const segment of segments(graph)) {
    const current = groups.at(-1);
    if (segment.some(isLayer)) {
      groups.push([...ahead, ...segment]);
      ahead = [];
    } else if (
      current !== undefined &&
      ahead.length === 0 &&
      segment.every(({ kind }) => FOLLOWERS.has(kind))
    ) {
      current.push(...segment);
    } else {
      ahead.push(...segment);
    }
  }
  const last =
    groups.at(-1) ??
    fail(
      'model-without-layers',
      `model.${graph.name}`,
      'has no conv or fully connected layer to reconstruct',
      'start from a network with weights',
    );
  last.push(...ahead);
  let input = 'input';
  return groups.map((nodes) => {
    const output = nodes.at(-1)?.id ?? input;
    const block: Block = {
      name: output,
      input,
      output,
      layers: nodes.filter(isLayer).map(({ id }) => id),
    };
    input = output;
    return block;
  });
}

/**
 * The part of a network between two values as a network of its own; the value that goes in is its `input`.
 *
 * @param shape of the value that goes in, without the batch axis: the value's own, or a crop's.
 * @throws TallyError when the part reads anything else than its input.
 */
export function blockGraph(
  graph: ModelGraph,
  { name, input, output }: Pick<Block, 'name' | 'input' | 'output'>,
  shape: readonly number[],
): ModelGraph {
  const wanted = new Set([output]);
  const nodes: ModelNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!wanted.has(node.id) || node.id === input) continue;
    nodes.push(readingFrom(node, (id) => (id === input ? 'input' : id)));
    for (const id of inputsOf(node)) wanted.add(id);
  }
  if (input !== 'input' && wanted.has('input')) {
    fail(
      'block-not-separable',
      `model.${graph.name}.${output}`,
      `depends on the network's input beside '${input}'`,
      'choose a value that every path to the block passes',
    );
  }
  return {
    ...graph,
    name: `${graph.name}-${name}`,
    input: { ...graph.input, shape },
    nodes: nodes.reverse(),
    output,
  };
}
