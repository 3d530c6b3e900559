import {
  INPUT_ID,
  type AddNode,
  type AffineNode,
  type NetworkNode,
  type ReluNode,
  type ThresholdNode,
} from '../../network/network.ts';
import type { Graph } from './graph.ts';

/** Nodes that work element by element: they can ride in the epilogue of what makes their operand. */
export type ElementNode = ThresholdNode | AffineNode | AddNode | ReluNode;

/** One link of a step's epilogue. */
export type Link =
  | { readonly kind: 'apply'; readonly node: ElementNode; readonly operand: string }
  | { readonly kind: 'store'; readonly id: string };

/** One pass over a tensor: a source fills rows of integers, the links finish and store them. */
export interface Step {
  /** The node that makes the rows, or the stored value that is loaded into them. */
  readonly source:
    | { readonly kind: 'node'; readonly node: Exclude<NetworkNode, ElementNode> }
    | { readonly kind: 'load'; readonly id: string };
  readonly links: readonly Link[];
}

export function isElementNode(node: NetworkNode): node is ElementNode {
  return node.kind === 'threshold' || node.kind === 'affine' || node.kind === 'add' || node.kind === 'relu';
}

/**
 * Partitions the graph into steps. Every value that a later step reads is stored; with `fuse` false
 * every value is stored, and each element node is a step of its own.
 */
export function planSteps(graph: Graph, fuse: boolean): readonly Step[] {
  const steps: Step[] = [];
  const placed = new Set<string>();
  const stored = new Set<string>([INPUT_ID]);

  const follow = (first: string, links: Link[]): void => {
    let current = first;
    for (;;) {
      const readers = graph.readers(current);
      const isCodes = graph.type(current).kind === 'codes';
      const fromThreshold = links.at(-1)?.kind === 'apply' && isCodes;
      const next = fuse && !fromThreshold ? readers.find((node) => canFollow(node, current)) : undefined;
      // Read by others, or twice by the next link, or the end: it has to be in memory.
      const rest = next === undefined ? 1 : readers.length - 1;
      if (rest > 0 || current === graph.output || fromThreshold) {
        links.push({ kind: 'store', id: current });
        stored.add(current);
      }
      if (next === undefined || !isElementNode(next)) return;
      links.push({ kind: 'apply', node: next, operand: current });
      placed.add(next.id);
      current = next.id;
    }
  };

  const canFollow = (node: NetworkNode, current: string): boolean =>
    isElementNode(node) &&
    !placed.has(node.id) &&
    graph.operands(node).every((id) => id === current || stored.has(id));

  for (const node of graph.nodes) {
    if (placed.has(node.id)) continue;
    placed.add(node.id);
    const links: Link[] = [];
    if (isElementNode(node)) {
      const [operand] = graph.operands(node);
      links.push({ kind: 'apply', node, operand: operand });
      follow(node.id, links);
      steps.push({ source: { kind: 'load', id: operand }, links });
    } else {
      follow(node.id, links);
      steps.push({ source: { kind: 'node', node }, links });
    }
  }
  return steps;
}
