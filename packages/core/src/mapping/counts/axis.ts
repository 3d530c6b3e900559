/** A dimension cut into tiles: all have `tile` elements but the last, which has `last`. */
export interface AxisTable {
  readonly size: number;
  readonly tile: number;
  readonly count: number;
  readonly last: number;
}

/** @param tile 1 to `size` */
export function axisTable(size: number, tile: number): AxisTable {
  const count = Math.ceil(size / tile);
  return { size, tile, count, last: size - (count - 1) * tile };
}

/** Sum of `f` over the sizes of all tiles. */
export function sumTiles({ tile, count, last }: AxisTable, f: (size: number) => number): number {
  return (count === 1 ? 0 : (count - 1) * f(tile)) + f(last);
}

/** Sum of `f` over the contiguous shares of `size` elements, empty ones left out: each but the last has ceil(size / shares). */
export function sumShares(size: number, shares: number, f: (size: number) => number): number {
  const share = Math.ceil(size / shares);
  const full = Math.floor(size / share);
  const rest = size - full * share;
  return full * f(share) + (rest === 0 ? 0 : f(rest));
}

/** Elements of the largest share, which is the first one's. */
export function largestShare(size: number, shares: number): number {
  return Math.ceil(size / shares);
}
