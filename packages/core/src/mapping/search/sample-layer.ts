import { countAccesses } from '../counts/count.ts';
import { mappingCost, type MappingCost } from '../cost/evaluate.ts';
import type { MappingPrices } from '../cost/prices.ts';
import type { LayerMapping } from '../mapping.ts';
import { LayerModel } from './layer-model.ts';
import type { MacroChoice } from './macro-tiles.ts';
import { ordersOf, wholeOrder } from './order-fills.ts';
import { chunksOf, splitsOf, tileMask, type LayerSpace } from './space.ts';
import { TilePoints } from './tile-points.ts';

/** Mappings drawn from a layer's space. */
export interface LayerSample {
  /** Mappings of the space that fit into the buffers: each is as likely as any other. */
  readonly legal: number;
  /** In the order of drawing; with repetition. */
  readonly drawn: readonly { readonly mapping: LayerMapping; readonly cost: MappingCost }[];
}

/** Sizes of a tile by their indices, and how many legal mappings stand before it. */
interface LegalTile {
  readonly outputs: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly mayspill: boolean;
  readonly before: number;
}

function legalTiles(model: LayerModel): { readonly tiles: readonly LegalTile[]; readonly legal: number } {
  const { sizes } = model.space;
  const points = new TilePoints(model.space);
  const tiles: LegalTile[] = [];
  let legal = 0;
  for (let outputs = 0; outputs < sizes.outputs.length; outputs++) {
    for (let channels = 0; channels < sizes.channels.length; channels++) {
      const factors = model.channels(channels);
      for (let rows = 0; rows < sizes.rows.length; rows++) {
        for (let columns = 0; columns < sizes.columns.length; columns++) {
          const mayspill = model.fits(outputs, rows, columns, channels, model.sumBitsWithSpills);
          if (!mayspill && !model.fits(outputs, rows, columns, channels, model.sumBitsWithout)) continue;
          const own = points.ofTile(outputs, rows, columns, channels, mayspill ? null : factors);
          if (own === 0) continue;
          tiles.push({ outputs, rows, columns, channels, mayspill, before: legal });
          legal += own;
        }
      }
    }
  }
  return { tiles, legal };
}

/** The tile that the legal mapping of that number has. */
function tileOf(tiles: readonly LegalTile[], number: number): LegalTile {
  let low = 0;
  let high = tiles.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tiles[middle].before <= number) low = middle;
    else high = middle - 1;
  }
  return tiles[low];
}

/** The legal mapping of a number: tile, then split and macro tile, then order. */
function mappingOf(model: LayerModel, tile: LegalTile, number: number): LayerMapping {
  const { problem, sizes, macros, macroTiles } = model.space;
  const whole = {
    outputs: sizes.outputs[tile.outputs],
    rows: sizes.rows[tile.rows],
    columns: sizes.columns[tile.columns],
    channels: sizes.channels[tile.channels],
  };
  const pixels = whole.rows * whole.columns;
  const orders = ordersOf(tileMask(problem, whole));
  const factors = model.channels(tile.channels);
  const legal = (choice: MacroChoice): boolean => tile.mayspill || factors.sums(choice) === 1;
  let rest = number - tile.before;
  for (const split of splitsOf(whole.outputs, pixels, macros)) {
    const share = Math.ceil(whole.outputs / split.outputs);
    const chunks = chunksOf(whole.channels, model.space);
    const choices = macroTiles.of(share, Math.ceil(pixels / split.pixels), chunks).all.filter(legal);
    if (rest >= choices.length * orders.length) {
      rest -= choices.length * orders.length;
      continue;
    }
    const choice = choices[Math.floor(rest / orders.length)];
    return { order: wholeOrder(orders[rest % orders.length]), tile: whole, split, macro: choice.tile };
  }
  throw new RangeError(`mapping ${number} is beyond the space`);
}

/**
 * Draws mappings of a layer at random, every one that fits into the buffers equally likely, and prices them: what the best
 * is held against. Nothing is kept on chip between layers.
 *
 * @param samples how many; none are drawn from an empty space
 * @param random numbers in [0, 1), multiples of 2^-32; two are taken for each mapping
 */
export function sampleLayer(
  space: LayerSpace,
  prices: MappingPrices,
  samples: number,
  random: () => number,
): LayerSample {
  const model = new LayerModel(space, prices);
  const { tiles, legal } = legalTiles(model);
  const drawn = Array.from({ length: legal === 0 ? 0 : samples }, () => {
    const number = Math.min(legal - 1, Math.floor((random() + random() / 2 ** 32) * legal));
    const mapping = mappingOf(model, tileOf(tiles, number), number);
    const counts = countAccesses(space.problem, space.machine, mapping);
    return { mapping, cost: mappingCost(counts, space.machine, prices) };
  });
  return { legal, drawn };
}
