import type { ChannelFactors } from './axis-factors.ts';
import { ordersOf } from './order-fills.ts';
import { chunksOf, splitsOf, tileMask, type LayerSpace } from './space.ts';

/** How many mappings of a space have a tile: its orders times its splits and macro tiles. Sizes are given by their indices. */
export class TilePoints {
  private readonly known = new Map<string, number>();
  private readonly space: LayerSpace;

  constructor(space: LayerSpace) {
    this.space = space;
  }

  of(outputs: number, rows: number, columns: number, channels: number): number {
    return this.times(outputs, rows, columns, channels, null);
  }

  /** Those in which no sum leaves a macro unfinished. */
  withoutSpills(
    outputs: number,
    rows: number,
    columns: number,
    channels: number,
    factors: ChannelFactors,
  ): number {
    return this.times(outputs, rows, columns, channels, factors);
  }

  private times(
    outputs: number,
    rows: number,
    columns: number,
    channels: number,
    factors: ChannelFactors | null,
  ): number {
    const { sizes, problem } = this.space;
    const tile = {
      outputs: sizes.outputs[outputs],
      rows: sizes.rows[rows],
      columns: sizes.columns[columns],
      channels: sizes.channels[channels],
    };
    const orders = ordersOf(tileMask(problem, tile)).length;
    return orders * this.macroTiles(tile.outputs, tile.rows * tile.columns, channels, factors);
  }

  private macroTiles(
    outputs: number,
    pixels: number,
    channels: number,
    factors: ChannelFactors | null,
  ): number {
    const { space } = this;
    // Beyond so many pixels every share is larger than any macro tile.
    const enough = space.macros * space.macroTiles.mostPixels;
    const key = `${outputs} ${Math.min(pixels, enough)} ${channels} ${factors === null ? 0 : 1}`;
    let count = this.known.get(key);
    if (count === undefined) {
      count = 0;
      const chunks = chunksOf(space.sizes.channels[channels], space);
      for (const split of splitsOf(outputs, Math.min(pixels, enough), space.macros)) {
        const { all } = space.macroTiles.of(
          Math.ceil(outputs / split.outputs),
          Math.ceil(Math.min(pixels, enough) / split.pixels),
          chunks,
        );
        count += factors === null ? all.length : all.filter((choice) => factors.sums(choice) === 1).length;
      }
      this.known.set(key, count);
    }
    return count;
  }
}
