import { addOperations, hostWork, type HostNode, type Network } from '../network/index.ts';
import type { HostReport } from '../report/index.ts';

/**
 * The work beside the macro, by kind of node in the order of their first appearance, and in all.
 *
 * @param chargedComparisons of {@link HostReport}.
 */
export function hostReport(network: Network, chargedComparisons: number): HostReport {
  const nodes = hostWork(network);
  const groups = new Map<HostNode['kind'], HostNode[]>();
  for (const node of nodes) groups.set(node.kind, [...(groups.get(node.kind) ?? []), node]);
  return {
    byKind: [...groups].map(([kind, group]) => ({ kind, nodes: group.length, ...addOperations(group) })),
    total: addOperations(nodes),
    chargedComparisons,
  };
}
