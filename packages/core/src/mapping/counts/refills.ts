import type { Loop } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import type { TileTables } from './tile-tables.ts';

/** What one loop contributes to the elements that an operand's tile reads anew. */
export interface LoopTerm {
  /** Sum over the loop's iterations of the tile's extent along it. */
  readonly sum: number;
  /** Sum over successive iterations of the extent that both share. */
  readonly adjacent: number;
  /** Extent that the last and the first iteration share. */
  readonly wrap: number;
}

export type LoopTerms = Readonly<Record<Loop, LoopTerm>>;

/** A loop that does not tell tiles of the operand apart: the tile stays. */
function irrelevant(count: number): LoopTerm {
  return { sum: count, adjacent: count - 1, wrap: 1 };
}

/** A loop whose iterations share nothing; `size` elements in all. */
function disjoint(size: number, count: number): LoopTerm {
  return { sum: size, adjacent: 0, wrap: count > 1 ? 0 : size };
}

/** Weight positions (times the kernel's taps: weights). */
export function weightTerms(problem: MappingProblem, tables: TileTables): LoopTerms {
  return {
    batch: irrelevant(problem.batch),
    group: disjoint(problem.groups, problem.groups),
    outputs: disjoint(problem.outputs, tables.outputs.count),
    rows: irrelevant(tables.rows.count),
    columns: irrelevant(tables.columns.count),
    channels: disjoint(problem.channels, tables.channels.count),
  };
}

export function activationTerms(problem: MappingProblem, tables: TileTables): LoopTerms {
  const { rows, columns } = tables;
  return {
    batch: disjoint(problem.batch, problem.batch),
    group: disjoint(problem.groups, problem.groups),
    outputs: irrelevant(tables.outputs.count),
    rows: { sum: rows.inputs, adjacent: rows.adjacent, wrap: rows.wrap },
    columns: { sum: columns.inputs, adjacent: columns.adjacent, wrap: columns.wrap },
    channels: disjoint(problem.channels, tables.channels.count),
  };
}

export function resultTerms(problem: MappingProblem, tables: TileTables): LoopTerms {
  return {
    batch: disjoint(problem.batch, problem.batch),
    group: disjoint(problem.groups, problem.groups),
    outputs: disjoint(problem.outputs, tables.outputs.count),
    rows: disjoint(problem.rows.outputs, tables.rows.count),
    columns: disjoint(problem.columns.outputs, tables.columns.count),
    channels: irrelevant(tables.channels.count),
  };
}

/**
 * Elements that an operand's buffer takes in while `order` runs: all of each iteration's tile but what it shares with the iteration before.
 *
 * Successive iterations differ in one loop that advances; those inside it go from last to first. With the loops 0 (outermost) to 5:
 *
 *     refills = prod sum_k - sum_j (prod_{k<j} sum_k) adjacent_j (prod_{k>j} wrap_k)
 */
export function refills(order: readonly Loop[], terms: LoopTerms): number {
  let total = 1;
  let shared = 0;
  let wraps = 1;
  for (let depth = order.length - 1; depth >= 0; depth--) {
    const term = terms[order[depth]];
    shared = term.adjacent * wraps + term.sum * shared;
    wraps *= term.wrap;
    total *= term.sum;
  }
  return total - shared;
}
