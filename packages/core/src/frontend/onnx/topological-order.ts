/** Either an order in which every node follows the nodes it reads, or the nodes of one cycle. */
export type TopologicalOrder =
  | { readonly kind: 'order'; readonly order: readonly number[] }
  /** Each node reads an output of the one before it, the first of the last one. */
  | { readonly kind: 'cycle'; readonly cycle: readonly number[] };

/**
 * Orders nodes so that each follows the nodes it reads; nodes that are in such an order already
 * keep it. Iterative, so that deep graphs do not exhaust the stack; linear in nodes and edges.
 *
 * @param reads by node, the nodes whose outputs it reads (with repetitions).
 */
export function topologicalOrder(reads: readonly (readonly number[])[]): TopologicalOrder {
  const NEW = 0;
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(reads.length);
  const order: number[] = [];
  for (let root = 0; root < reads.length; root++) {
    if (state[root] !== NEW) continue;
    state[root] = OPEN;
    const stack = [{ node: root, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = reads[top.node].at(top.next++);
      if (child === undefined) {
        state[top.node] = DONE;
        order.push(top.node);
        stack.pop();
      } else if (state[child] === OPEN) {
        const path = stack.map(({ node }) => node);
        // The path reads downwards (each node reads the next): reversed, each reads the one before.
        return { kind: 'cycle', cycle: path.slice(path.indexOf(child)).reverse() };
      } else if (state[child] === NEW) {
        state[child] = OPEN;
        stack.push({ node: child, next: 0 });
      }
    }
  }
  return { kind: 'order', order };
}
