import type { WindowAxis } from '../problem.ts';

/**
 * One loop over buffer tiles as the filling of activations sees it: elements of the tiles along this axis, and what a tile
 * shares with the tile before it.
 */
export interface AxisTiles {
  /** Iterations of the loop. */
  readonly count: number;
  /** Elements of all tiles, of the first one, and of the largest. */
  readonly sum: number;
  readonly first: number;
  readonly largest: number;
  /** Elements that each tile shares with the one before, all steps together. */
  readonly shared: number;
  /** Elements that the first tile shares with the last: what stays when the loop starts again. */
  readonly sharedOnRestart: number;
}

/** A loop that does not change which elements are meant: outputs and, for activations, nothing else. */
export function repeated(count: number): AxisTiles {
  return { count, sum: count, first: 1, largest: 1, shared: count - 1, sharedOnRestart: 1 };
}

/** A dimension cut into disjoint tiles of `size` elements, the last one smaller. */
export function disjoint(dimension: number, size: number): AxisTiles {
  const count = Math.ceil(dimension / size);
  const first = Math.min(size, dimension);
  return { count, sum: dimension, first, largest: first, shared: 0, sharedOnRestart: count === 1 ? first : 0 };
}

/**
 * Output positions cut into tiles of `size`; the elements of a tile are the inputs that at least one of its
 * windows reads. Padding is no element.
 */
export function windowed(axis: WindowAxis, size: number): AxisTiles {
  const count = Math.ceil(axis.outputs / size);
  const lastReader = new Int32Array(axis.inputs).fill(-1);
  const inFirst = new Uint8Array(axis.inputs);
  let [sum, first, largest, shared, sharedOnRestart] = [0, 0, 0, 0, 0];
  for (let tile = 0; tile < count; tile++) {
    let elements = 0;
    const end = Math.min(axis.outputs, (tile + 1) * size);
    for (let position = tile * size; position < end; position++) {
      for (let tap = 0; tap < axis.taps; tap++) {
        const at = position * axis.stride + tap * axis.dilation - axis.padding;
        if (at < 0 || at >= axis.inputs || lastReader[at] === tile) continue;
        elements++;
        if (tile === 0) inFirst[at] = 1;
        else if (lastReader[at] === tile - 1) shared++;
        if (tile === count - 1) sharedOnRestart += inFirst[at];
        lastReader[at] = tile;
      }
    }
    sum += elements;
    largest = Math.max(largest, elements);
    if (tile === 0) first = elements;
  }
  return { count, sum, first, largest, shared, sharedOnRestart };
}
