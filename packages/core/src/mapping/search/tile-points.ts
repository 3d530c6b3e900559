import type { ChannelFactors } from './axis-factors.ts';
import { COLUMNS, ordersOf, ROWS } from './order-fills.ts';
import { chunksOf, splitsOf, tileMask, type LayerSpace } from './space.ts';

/** Tiles of rows and columns that leave the same choice of orders and macro tiles. */
interface PixelClass {
  /** Of the loops over rows and columns, those with more than one iteration. */
  readonly mask: number;
  /** Pixels; more than {@link TilePoints.enoughPixels} make no difference. */
  readonly pixels: number;
  tiles: number;
}

/** How many mappings of a space have a tile: its orders times its splits and macro tiles. Sizes are given by their indices. */
export class TilePoints {
  private readonly known = new Map<number, number>();
  private readonly pixelClasses: readonly PixelClass[];
  /** Beyond so many pixels the shares of every split are larger than any macro tile. */
  private readonly enoughPixels: number;
  private readonly space: LayerSpace;

  constructor(space: LayerSpace) {
    this.space = space;
    this.enoughPixels = space.macros * space.macroTiles.mostPixels;
    this.pixelClasses = this.classify();
  }

  private classify(): readonly PixelClass[] {
    const { sizes, problem } = this.space;
    const classes = new Map<string, PixelClass>();
    for (const rows of sizes.rows) {
      for (const columns of sizes.columns) {
        const tile = { outputs: 1, rows, columns, channels: 1 };
        const mask = tileMask(problem, tile) & ((1 << ROWS) | (1 << COLUMNS));
        const pixels = Math.min(rows * columns, this.enoughPixels);
        const key = `${mask} ${pixels}`;
        const known = classes.get(key);
        if (known === undefined) classes.set(key, { mask, pixels, tiles: 1 });
        else known.tiles++;
      }
    }
    return [...classes.values()];
  }

  /** Mappings with these outputs and channels, all rows and columns. */
  ofPair(outputs: number, channels: number): number {
    const { sizes, problem } = this.space;
    const whole = { rows: problem.rows.outputs, columns: problem.columns.outputs };
    const tile = { outputs: sizes.outputs[outputs], channels: sizes.channels[channels], ...whole };
    const mask = tileMask(problem, tile);
    let points = 0;
    for (const one of this.pixelClasses) {
      const orders = ordersOf(mask | one.mask).length;
      points += one.tiles * orders * this.macroTiles(outputs, one.pixels, channels, null);
    }
    return points;
  }

  /** @param factors of the channels: only those in which no sum leaves a macro unfinished; null: all */
  ofTile(
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
    const pixels = Math.min(tile.rows * tile.columns, this.enoughPixels);
    return orders * this.macroTiles(outputs, pixels, channels, factors);
  }

  private macroTiles(
    outputs: number,
    pixels: number,
    channels: number,
    factors: ChannelFactors | null,
  ): number {
    const { sizes, macros, macroTiles } = this.space;
    const place = (outputs * (this.enoughPixels + 1) + pixels) * sizes.channels.length + channels;
    const key = 2 * place + (factors === null ? 0 : 1);
    let count = this.known.get(key);
    if (count === undefined) {
      count = 0;
      const chunks = chunksOf(sizes.channels[channels], this.space);
      for (const split of splitsOf(sizes.outputs[outputs], pixels, macros)) {
        const share = Math.ceil(sizes.outputs[outputs] / split.outputs);
        const { all } = macroTiles.of(share, Math.ceil(pixels / split.pixels), chunks);
        count += factors === null ? all.length : all.filter((choice) => factors.sums(choice) === 1).length;
      }
      this.known.set(key, count);
    }
    return count;
  }
}
