import { inputsOf } from '../../network/analyse.ts';
import { INPUT_ID, type ConvNode, type Network, type NetworkNode } from '../../network/network.ts';
import type { TensorType } from '../../network/tensor-type.ts';
import { extentOf, pixelsOf } from './extent.ts';
import { suitsWinograd } from './winograd.ts';

/** A network with flattens of single pixels seen through: they change a shape, not a byte. */
export interface Graph {
  readonly nodes: readonly NetworkNode[];
  readonly output: string;
  /** The value that holds the bytes of a value (itself, unless it is a flattened single pixel). */
  readonly holder: (id: string) => string;
  readonly type: (id: string) => TensorType;
  /** Nodes that read a value or a flattened view of it; a node that reads it twice stands twice. */
  readonly readers: (id: string) => readonly NetworkNode[];
  /** Holders of a node's operands. */
  readonly operands: (node: NetworkNode) => readonly string[];
  /** Ids of a holder and of its views, in topological order. */
  readonly names: (holder: string) => readonly string[];
  /** True for layers that run in the transformed domain (see `winograd.ts`). */
  readonly winograd: (node: ConvNode) => boolean;
}

/**
 * Resolves views and readers of a legal network.
 *
 * @param unsignedBytes see {@link suitsWinograd}.
 */
export function graphOf(
  network: Network,
  types: ReadonlyMap<string, TensorType>,
  unsignedBytes: boolean,
): Graph {
  const holders = new Map<string, string>([[INPUT_ID, INPUT_ID]]);
  const readers = new Map<string, NetworkNode[]>([[INPUT_ID, []]]);
  const names = new Map<string, string[]>([[INPUT_ID, [INPUT_ID]]]);
  const nodes: NetworkNode[] = [];
  const holder = (id: string): string => holders.get(id)!;
  const type = (id: string): TensorType => types.get(id)!;
  const transformed = new Set<string>();
  for (const node of network.nodes) {
    const input = types.get(node.kind === 'conv' ? node.input : node.id)!;
    if (node.kind === 'conv' && input.kind === 'codes' && suitsWinograd(node, input, unsignedBytes)) {
      transformed.add(node.id);
    }
    if (node.kind === 'flatten' && pixelsOf(extentOf(type(node.input).shape)) === 1) {
      holders.set(node.id, holder(node.input));
      names.get(holder(node.input))!.push(node.id);
      continue;
    }
    nodes.push(node);
    holders.set(node.id, node.id);
    readers.set(node.id, []);
    names.set(node.id, [node.id]);
    for (const id of inputsOf(node)) readers.get(holder(id))!.push(node);
  }
  return {
    nodes,
    output: holder(network.output),
    holder,
    type,
    readers: (id) => readers.get(id) ?? [],
    operands: (node) => inputsOf(node).map(holder),
    names: (id) => names.get(id) ?? [],
    winograd: (node) => transformed.has(node.id),
  };
}
