import type { LoopTerm } from '../counts/refills.ts';
import { LOOPS, type Loop } from '../mapping.ts';

/** Indices of loops in `LOOPS`: the search works on numbers. */
export const OUTPUTS = LOOPS.indexOf('outputs');
export const ROWS = LOOPS.indexOf('rows');
export const COLUMNS = LOOPS.indexOf('columns');
export const CHANNELS = LOOPS.indexOf('channels');

/** A loop over buffer tiles, as the activations see it. */
export interface TileLoop extends LoopTerm {
  /** Iterations. */
  readonly count: number;
}

/** How often buffer tiles are filled under one order of the loops. */
export interface OrderFills {
  /** Loops of more than one iteration, indices in `LOOPS`, outermost first. */
  readonly order: readonly number[];
  /** Times that all weights are read from memory. */
  readonly weightTimes: number;
  /** Activations read from memory, elements. */
  readonly activations: number;
  /** Times that each tile of results is in its buffer: 1, or the number of channel tiles. */
  readonly resultVisits: number;
}

/** All orders of some loops, the lexicographically first one first. */
function permutations(loops: readonly number[]): readonly (readonly number[])[] {
  if (loops.length === 0) return [[]];
  return loops.flatMap((loop, at) =>
    permutations(loops.filter((_, i) => i !== at)).map((rest) => [loop, ...rest]),
  );
}

const ALL = LOOPS.map((_, loop) => loop);
const knownOrders: (readonly (readonly number[])[] | undefined)[] = [];

/** The orders of the loops in a bit mask. */
export function ordersOf(mask: number): readonly (readonly number[])[] {
  return (knownOrders[mask] ??= permutations(ALL.filter((loop) => ((mask >> loop) & 1) === 1)));
}

/** Bit mask of the loops with more than one iteration. */
export function loopMask(loops: readonly TileLoop[]): number {
  let mask = 0;
  for (let loop = 0; loop < loops.length; loop++) if (loops[loop].count > 1) mask |= 1 << loop;
  return mask;
}

/** The order as a mapping states it: loops of one iteration first, as they stand in `LOOPS`. */
export function wholeOrder(order: readonly number[]): readonly Loop[] {
  return [...ALL.filter((loop) => !order.includes(loop)), ...order].map((loop) => LOOPS[loop]);
}

const isWeightLoop = LOOPS.map((loop) => loop === 'group' || loop === 'outputs' || loop === 'channels');

/** Elements that the activation buffer takes in; see `refills` of the closed form. Loops of one iteration only scale. */
function activationRefills(loops: readonly TileLoop[], order: readonly number[]): number {
  let total = 1;
  let shared = 0;
  let wraps = 1;
  for (let depth = order.length - 1; depth >= 0; depth--) {
    const { sum, adjacent, wrap } = loops[order[depth]];
    shared = adjacent * wraps + sum * shared;
    wraps *= wrap;
    total *= sum;
  }
  return total - shared;
}

/**
 * The fills under every order that is worth trying: an order whose three numbers are all at least those of an earlier
 * one is left out.
 *
 * @param loops in the order of `LOOPS`
 */
export function orderFills(loops: readonly TileLoop[]): readonly OrderFills[] {
  let scale = 1;
  for (const { count, sum } of loops) if (count === 1) scale *= sum;
  const kept: OrderFills[] = [];
  for (const order of ordersOf(loopMask(loops))) {
    const activations = scale * activationRefills(loops, order);
    let weightTimes = 1;
    let pending = 1;
    let channelsAt = Infinity;
    let lastResultLoop = -1;
    for (let depth = 0; depth < order.length; depth++) {
      const loop = order[depth];
      if (isWeightLoop[loop]) {
        weightTimes *= pending;
        pending = 1;
      } else pending *= loops[loop].count;
      if (loop === CHANNELS) channelsAt = depth;
      else lastResultLoop = depth;
    }
    const resultVisits = channelsAt < lastResultLoop ? loops[CHANNELS].count : 1;
    if (!isCovered(kept, weightTimes, activations, resultVisits)) {
      kept.push({ order, weightTimes, activations, resultVisits });
    }
  }
  return kept;
}

function isCovered(
  kept: readonly OrderFills[],
  weightTimes: number,
  activations: number,
  resultVisits: number,
): boolean {
  for (const other of kept) {
    if (
      other.weightTimes <= weightTimes &&
      other.activations <= activations &&
      other.resultVisits <= resultVisits
    )
      return true;
  }
  return false;
}
