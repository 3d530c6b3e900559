import type { WindowAxis } from '../problem.ts';

/**
 * One loop over buffer tiles as the filling of activations sees it: elements of the tiles along this axis, and what a tile
 * shares with the tile before it.
 */
export interface AxisTiles {
  /** Iterations of the loop. */
  readonly count: number;
  /** Elements of all tiles, and of the first one. */
  readonly sum: number;
  readonly first: number;
  /** Elements of the largest tile. */
  readonly largest: number;
  /** Elements that each tile shares with the one before, all steps together. */
  readonly shared: number;
  /** Elements that the first tile shares with the last: what stays when the loop starts again. */
  readonly sharedOnRestart: number;
}

/** A loop that activations do not depend on: every tile is the same single element. */
export function repeated(count: number): AxisTiles {
  return { count, sum: count, first: 1, largest: 1, shared: count - 1, sharedOnRestart: 1 };
}

/** A dimension cut into disjoint tiles of `size` elements, the last one smaller. */
export function disjoint(dimension: number, size: number): AxisTiles {
  const count = Math.ceil(dimension / size);
  const first = Math.min(size, dimension);
  return { count, sum: dimension, first, largest: first, shared: 0, sharedOnRestart: count === 1 ? first : 0 };
}

/** For each input element of an axis the first and last output position whose window reads it; none: [Infinity, -Infinity]. */
function readersOf(axis: WindowAxis): { readonly first: Float64Array; readonly last: Float64Array; readonly any: boolean[][] } {
  const first = new Float64Array(axis.inputs).fill(Infinity);
  const last = new Float64Array(axis.inputs).fill(-Infinity);
  return { first, last, any: [] };
}

export { readersOf };
