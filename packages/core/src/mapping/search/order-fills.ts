import type { AxisTiles } from './axis-tiles.ts';

/** Indices of the loops in the order of `LOOPS`. */
export const BATCH = 0;
export const GROUP = 1;
export const OUTPUTS = 2;
export const ROWS = 3;
export const COLUMNS = 4;
export const CHANNELS = 5;
export const LOOP_COUNT = 6;

/** How often buffer tiles are filled under one order of the loops. */
export interface OrderFills {
  /** Loop indices, outermost first; loops of one iteration stand first, in the order of `LOOPS`. */
  readonly order: readonly number[];
  /** Times that all weights are read from memory. */
  readonly weightTimes: number;
  /** Activations read from memory, elements. */
  readonly activations: number;
  /** Times that each result tile is in its buffer: 1, or the number of channel tiles. */
  readonly resultVisits: number;
}

/** All orders of some loops, first in lexicographic order first. */
export function permutations(loops: readonly number[]): readonly (readonly number[])[] {
  if (loops.length === 0) return [[]];
  return loops.flatMap((loop, at) => permutations(loops.filter((_, i) => i !== at)).map((rest) => [loop, ...rest]));
}

const permutationsOf: (readonly (readonly number[])[] | undefined)[] = [];

/** The orders of the loops in a bit mask. */
function ordersOf(mask: number): readonly (readonly number[])[] {
  return (permutationsOf[mask] ??= permutations([0, 1, 2, 3, 4, 5].filter((loop) => ((mask >> loop) & 1) === 1)));
}

const isWeightLoop = [false, true, true, false, false, true];

/**
 * The fills under every order that is worth trying: an order whose three numbers are all at least those of an
 * earlier one is left out.
 *
 * @param tiles per loop, in the order of `LOOPS`, as activations see it (`repeated` for outputs)
 */
export function orderFills(tiles: readonly AxisTiles[]): readonly OrderFills[] {
  let mask = 0;
  let single = 1;
  for (let loop = 0; loop < LOOP_COUNT; loop++) {
    if (tiles[loop].count > 1) mask |= 1 << loop;
    else single *= tiles[loop].sum;
  }
  const kept: OrderFills[] = [];
  for (const order of ordersOf(mask)) {
    const activations = single * activationFills(tiles, order);
    let weightTimes = 1;
    let pending = 1;
    let channelsAt = -1;
    let lastResultLoop = -1;
    for (let depth = 0; depth < order.length; depth++) {
      const loop = order[depth];
      if (isWeightLoop[loop]) {
        weightTimes *= pending;
        pending = 1;
      } else pending *= tiles[loop].count;
      if (loop === CHANNELS) channelsAt = depth;
      else lastResultLoop = depth;
    }
    const resultVisits = channelsAt >= 0 && channelsAt < lastResultLoop ? tiles[CHANNELS].count : 1;
    const dominated = kept.some(
      (other) => other.activations <= activations && other.weightTimes <= weightTimes && other.resultVisits <= resultVisits,
    );
    if (!dominated) kept.push({ order, weightTimes, activations, resultVisits });
  }
  return kept;
}

/** Elements filled by the loops of `order`, outermost first, each single-iteration axis counted as one element. */
function activationFills(tiles: readonly AxisTiles[], order: readonly number[]): number {
  let refills = 0;
  let first = 1;
  let restart = 1;
  for (let depth = order.length - 1; depth >= 0; depth--) {
    const { sum, first: own, shared, sharedOnRestart } = tiles[order[depth]];
    refills = sum * refills + (sum - own) * first - shared * restart;
    first *= own;
    restart *= sharedOnRestart;
  }
  return refills + first;
}

/** The whole order: loops of one iteration first. */
export function wholeOrder(tiles: readonly AxisTiles[], order: readonly number[]): readonly number[] {
  const single = [0, 1, 2, 3, 4, 5].filter((loop) => tiles[loop].count === 1);
  return [...single, ...order];
}
