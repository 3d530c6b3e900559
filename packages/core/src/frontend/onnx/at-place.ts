import { TallyError } from '../../diagnostics/index.ts';

/**
 * Runs `work` on one node and gives the issues that it throws the node's place in the graph instead
 * of the place that rules and operators know, which see only the node.
 */
export function atPlace<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    throw new TallyError(error.issues.map((issue) => ({ ...issue, path: place })));
  }
}
