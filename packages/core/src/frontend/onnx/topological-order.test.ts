import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from './topological-order.ts';

const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: 4 }), { minLength: count, maxLength: count }),
  );

/** Whether a node reaches itself, by walking all paths: naive. */
function isCyclic(reads: readonly (readonly number[])[]): boolean {
  const reach = reads.map((row) => new Set(row));
  for (let round = 0; round < reads.length; round++)
    for (const set of reach) for (const next of [...set]) for (const far of reads[next]) set.add(far);
  return reach.some((set, node) => set.has(node));
}

describe('topologicalOrder', () => {
  it('orders what can be ordered and finds a true cycle otherwise', () => {
    fc.assert(
      fc.property(graphs, (reads) => {
        const result = topologicalOrder(reads);
        expect(result.kind).toBe(isCyclic(reads) ? 'cycle' : 'order');
        if (result.kind === 'order') {
          expect(result.order.toSorted((a, b) => a - b)).toEqual([...reads.keys()]);
          const position = new Map(result.order.map((node, at) => [node, at]));
          for (const [node, row] of reads.entries())
            for (const read of row) expect(position.get(read)).toBeLessThan(position.get(node)!);
        } else {
          const { cycle } = result;
          for (const [at, node] of cycle.entries()) expect(reads[node]).toContain(cycle.at(at - 1));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps an order that is one', () => {
    expect(topologicalOrder([[], [], [0], [2, 1]])).toEqual({ kind: 'order', order: [0, 1, 2, 3] });
    expect(topologicalOrder([[3], [], [], []])).toEqual({ kind: 'order', order: [3, 0, 1, 2] });
  });

  it('walks a chain of 100,000 nodes', () => {
    const chain = Array.from({ length: 100_000 }, (_, node) => (node === 99_999 ? [] : [node + 1]));
    const result = topologicalOrder(chain);
    expect(result.kind === 'order' && result.order.slice(0, 2)).toEqual([99_999, 99_998]);
  });
});
