import { inputsOf } from '../../network/analyse.ts';
import { INPUT_ID, type Network, type NetworkNode } from '../../network/network.ts';
import type { TensorType } from '../../network/tensor-type.ts';
import { extentOf, pixelsOf } from './extent.ts';

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
}

/** Resolves views and readers of a legal network. */
export function graphOf(network: Network, types: ReadonlyMap<string, TensorType>): Graph {
  const holders = new Map<string, string>([[INPUT_ID, INPUT_ID]]);
  const readers = new Map<string, NetworkNode[]>([[INPUT_ID, []]]);
  const names = new Map<string, string[]>([[INPUT_ID, [INPUT_ID]]]);
  const nodes: NetworkNode[] = [];
  const holder = (id: string): string => holders.get(id)!;
  const type = (id: string): TensorType => types.get(id)!;
  for (const node of network.nodes) {
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
  };
}
