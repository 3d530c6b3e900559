import { axisTable, largestShare, sumShares, sumTiles, type AxisTable } from '../counts/axis.ts';
import type { Digits } from '../dataflows/dataflow.ts';
import type { MacroChoice } from './macro-tiles.ts';
import type { Part } from './parts.ts';

/**
 * One axis of the macros' work, for one tile size and one number of shares: what the closed form sums over the tiles and shares of the
 * axis. `all` is over all shares, `first` over the first share of each tile (what multicast leaves of the reads).
 */
export interface ShareFactors {
  /** Largest share. */
  readonly share: number;
  /** Sum of the first shares: of the macro with most work. */
  readonly busiest: number;
  /** Per macro tile (by id). */
  all(choice: MacroChoice): number;
  first(choice: MacroChoice): number;
  /** What the axis causes, per macro tile (by id), as far as it was asked for. */
  readonly parts: (Part | undefined)[];
}

type PerShare = (size: number, choice: MacroChoice) => number;

/** Sum of a function over the tiles of an axis, or of a pair of axes. */
type SumOverTiles = (f: (size: number) => number) => number;

function shareFactors(tile: number, shares: number, over: SumOverTiles, perShare: PerShare): ShareFactors {
  const all: number[] = [];
  const first: number[] = [];
  return {
    parts: [],
    share: largestShare(tile, shares),
    busiest: over((size) => largestShare(size, shares)),
    all: (choice) =>
      (all[choice.id] ??= over((size) => sumShares(size, shares, (share) => perShare(share, choice)))),
    first: (choice) => (first[choice.id] ??= over((size) => perShare(largestShare(size, shares), choice))),
  };
}

/** Outputs: how often each touched activation is loaded. */
export function outputFactors(axis: AxisTable, shares: number, digits: Digits): ShareFactors {
  return shareFactors(
    axis.tile,
    shares,
    (f) => sumTiles(axis, f),
    (size, { dataflow, tile }) => dataflow.activationLoads(size, tile, digits),
  );
}

/** Pixels, rows times columns: how often each weight is loaded. */
export function pixelFactors(
  rows: AxisTable,
  columns: AxisTable,
  shares: number,
  digits: Digits,
): ShareFactors {
  const over: SumOverTiles = (f) =>
    sumTiles(rows, (height) => sumTiles(columns, (width) => f(height * width)));
  return shareFactors(rows.tile * columns.tile, shares, over, (size, { dataflow, tile }) =>
    dataflow.weightLoads(size, tile, digits),
  );
}

/** Channels: steps and windows of a dot product, and how often its sum leaves the macro. */
export interface ChannelFactors {
  readonly count: number;
  readonly chunks: number;
  readonly windows: number;
  /** Chunks of the largest tile. */
  readonly largestChunks: number;
  sums(choice: MacroChoice): number;
  /** What the axis causes, per macro tile (by id), as far as it was asked for. */
  readonly parts: (Part | undefined)[];
}

export function channelFactors(
  channels: number,
  tile: number,
  kernel: number,
  entries: number,
  windowVectors: number,
  digits: Digits,
): ChannelFactors {
  const axis = axisTable(channels, tile);
  const chunksOf = (size: number): number => Math.ceil((size * kernel) / entries);
  const sums: number[] = [];
  return {
    parts: [],
    count: axis.count,
    chunks: sumTiles(axis, chunksOf),
    windows: sumTiles(axis, (size) => Math.ceil(chunksOf(size) / windowVectors)),
    largestChunks: chunksOf(tile),
    sums: (choice) =>
      (sums[choice.id] ??= sumTiles(axis, (size) =>
        choice.dataflow.sumsPerResult(chunksOf(size), choice.tile, digits),
      )),
  };
}
