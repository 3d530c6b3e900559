import { assembleCounts } from '../counts/count.ts';
import type { AccessCounts } from '../access-counts.ts';
import { mappingCost, type MappingCost } from '../cost/evaluate.ts';
import { score, type Objective } from '../cost/objective.ts';
import type { MappingPrices } from '../cost/prices.ts';
import type { KeptTensors, LayerMapping, TileSplit } from '../mapping.ts';
import { emptySpace } from './empty-space.ts';
import { bestOf, paretoOf, type Frontier } from './frontier.ts';
import { KEEPS_NOTHING, keepOnChip } from './kept.ts';
import { LayerModel } from './layer-model.ts';
import type { MacroChoice } from './macro-tiles.ts';
import { loopMask, orderFills, ordersOf, wholeOrder, type OrderFills } from './order-fills.ts';
import { LeastFills } from './least-fills.ts';
import {
  emptyPart,
  endlessPart,
  energyOfParts,
  latencyOfParts,
  lowerPart,
  setFillPart,
  setMacroPart,
  type Part,
} from './parts.ts';
import { NO_POINTS, type SearchProof } from './proof.ts';
import { splitsOf, type LayerSpace } from './space.ts';
import { TilePoints } from './tile-points.ts';

/** How a layer is searched. */
export interface SearchOptions {
  readonly objective: Objective | 'pareto';
  readonly kept?: KeptTensors;
  /** Asked now and then with the number of evaluations so far; true ends the search with the best so far, once there is one. */
  readonly stop?: (evaluated: number) => boolean;
}

/** A mapping with what it moves, takes and costs. */
export interface CostedMapping {
  readonly mapping: LayerMapping;
  readonly counts: AccessCounts;
  readonly cost: MappingCost;
}

/** The best mappings of a layer and why there are no better ones. */
export interface LayerSearch {
  /** One, or the Pareto set by rising energy. */
  readonly found: readonly CostedMapping[];
  readonly proof: SearchProof;
  /**
   * What is left when a budget ended the search can be better by at most this share of the best, in what is
   * minimised; 0 when nothing is left, or nothing that is better in it; null for an unfinished Pareto set.
   */
  readonly gap: number | null;
}

/** Sizes of outputs and channels, by their indices, with the bound on everything that has them. */
interface Pair {
  readonly outputs: number;
  readonly channels: number;
  /** Least that filling the buffers causes. */
  readonly fills: Part;
  readonly first: number;
  readonly second: number;
}

/** A tile of a pair, with the bound on it. */
interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly first: number;
  readonly second: number;
  /** Sums take accumulator bits in their buffer without overflowing it. */
  readonly mayspill: boolean;
  /** Least that any split and macro tile causes. */
  readonly least: Part;
}

interface FillWithPart extends OrderFills {
  readonly part: Part;
}

class Search {
  private readonly frontier: Frontier;
  private readonly tilePoints: TilePoints;
  private readonly count: { -readonly [Key in keyof SearchProof]: SearchProof[Key] } = { ...NO_POINTS };
  private readonly leastFills: LeastFills;
  private readonly macroPart: Part;
  private fillPart: Part;
  private readonly model: LayerModel;
  private readonly options: SearchOptions;
  /** Least bound among what a budget left. */
  private leftBound = Infinity;

  constructor(model: LayerModel, options: SearchOptions) {
    this.model = model;
    this.options = options;
    this.frontier = options.objective === 'pareto' ? paretoOf() : bestOf(options.objective);
    this.tilePoints = new TilePoints(model.space);
    const buffers = model.space.machine.buffers.length;
    this.leastFills = new LeastFills(model);
    this.macroPart = emptyPart(buffers);
    this.fillPart = emptyPart(buffers);
  }

  run(): LayerSearch {
    const { sizes } = this.model.space;
    const pairs: Pair[] = [];
    for (let outputs = 0; outputs < sizes.outputs.length; outputs++) {
      for (let channels = 0; channels < sizes.channels.length; channels++) {
        const fills = this.leastFills.ofPair(outputs, channels);
        const { first, second } = this.boundOf(outputs, 0, 0, channels, true, this.splitsOf(outputs), fills);
        pairs.push({ outputs, channels, fills, first, second });
        this.count.points += this.tilePoints.ofPair(outputs, channels);
      }
    }
    pairs.sort((a, b) => a.first - b.first || a.outputs - b.outputs || a.channels - b.channels);
    for (const pair of pairs) {
      if (this.stopped()) this.leftBound = Math.min(this.leftBound, pair.first);
      else if (this.frontier.hopeless(pair.first, pair.second)) {
        this.count.removedByOutputsAndChannels += this.tilePoints.ofPair(pair.outputs, pair.channels);
      } else this.explorePair(pair);
    }
    return this.result();
  }

  /** Never before a mapping is found: a search that ends without one has looked at the whole space. */
  private stopped(): boolean {
    return this.frontier.found.length > 0 && (this.options.stop?.(this.count.evaluated) ?? false);
  }

  private splitsOf(outputs: number): readonly TileSplit[] {
    const { sizes, macros } = this.model.space;
    return splitsOf(sizes.outputs[outputs], sizes.rows[0] * sizes.columns[0], macros);
  }

  /** Least that any of some splits and any macro tile of a tile can cost when filling the buffers causes `fills`. */
  private boundOf(
    outputs: number,
    rows: number,
    columns: number,
    channels: number,
    mayspill: boolean,
    splits: readonly TileSplit[],
    fills: Part,
  ): Omit<Tile, 'rows' | 'columns' | 'mayspill'> {
    const { model } = this;
    const { sizes, macroTiles } = model.space;
    const least = endlessPart(this.macroPart.bufferBits.length);
    const pixels = sizes.rows[rows] * sizes.columns[columns];
    const ofChannels = model.channels(channels);
    let first = Infinity;
    let second = Infinity;
    for (const split of splits) {
      if (split.pixels > pixels) continue;
      const ofOutputs = model.outputFactors(outputs, split.outputs);
      const ofPixels = model.pixelFactors(rows, columns, split.pixels);
      for (const choice of macroTiles.of(ofOutputs.share, ofPixels.share, ofChannels.largestChunks).largest) {
        if (!mayspill && ofChannels.sums(choice) > 1) continue;
        setMacroPart(this.macroPart, model, ofOutputs, ofPixels, ofChannels, choice);
        lowerPart(least, this.macroPart);
        const bound = this.bound(this.macroPart, fills);
        first = Math.min(first, bound[0]);
        second = Math.min(second, bound[1]);
      }
    }
    return { first, second, least };
  }

  private bound(macro: Part, fill: Part): readonly [first: number, second: number] {
    const latency = latencyOfParts(this.model, macro, fill);
    const energy = energyOfParts(this.model, macro, fill, latency);
    return this.frontier.bound(energy, latency, macro.memoryBits + fill.memoryBits);
  }

  /** The splits that some tile of a pair could make good use of. */
  private hopefulSplits({ outputs, channels, fills }: Pair): readonly TileSplit[] {
    return this.splitsOf(outputs).filter((split) => {
      const { first, second } = this.boundOf(outputs, 0, 0, channels, true, [split], fills);
      return !this.frontier.hopeless(first, second);
    });
  }

  private explorePair(pair: Pair): void {
    const { model, count } = this;
    const { outputs, channels } = pair;
    const { sizes } = model.space;
    const splits = this.hopefulSplits(pair);
    const tiles: Tile[] = [];
    for (let rows = 0; rows < sizes.rows.length; rows++) {
      for (let columns = 0; columns < sizes.columns.length; columns++) {
        const points = this.tilePoints.ofTile(outputs, rows, columns, channels, null);
        const mayspill = model.fits(outputs, rows, columns, channels, model.sumBitsWithSpills);
        const fits = mayspill || model.fits(outputs, rows, columns, channels, model.sumBitsWithout);
        const legal = fits ? this.legalPoints(outputs, channels, { rows, columns, mayspill }) : 0;
        count.removedByCapacity += points - legal;
        if (legal === 0) continue;
        const fills = this.leastFills.ofTile(outputs, rows, columns, channels);
        const bound = this.boundOf(outputs, rows, columns, channels, mayspill, splits, fills);
        tiles.push({ rows, columns, mayspill, ...bound });
      }
    }
    tiles.sort((a, b) => a.first - b.first || a.rows - b.rows || a.columns - b.columns);
    for (const tile of tiles) {
      if (this.stopped()) this.leftBound = Math.min(this.leftBound, tile.first);
      else if (this.frontier.hopeless(tile.first, tile.second)) {
        count.removedByTile += this.legalPoints(outputs, channels, tile);
      } else this.exploreTile(outputs, channels, tile, splits);
    }
  }

  private legalPoints(
    outputs: number,
    channels: number,
    { rows, columns, mayspill }: Pick<Tile, 'rows' | 'columns' | 'mayspill'>,
  ): number {
    const factors = mayspill ? null : this.model.channels(channels);
    return this.tilePoints.ofTile(outputs, rows, columns, channels, factors);
  }

  /** Looks at all splits, macro tiles and orders of a tile but those that cannot be better. */
  private exploreTile(outputs: number, channels: number, tile: Tile, splits: readonly TileSplit[]): void {
    const { model, count } = this;
    const { sizes, macroTiles } = model.space;
    const { rows, columns } = tile;
    const pixels = sizes.rows[rows] * sizes.columns[columns];
    const loops = model.loops(outputs, rows, columns, channels);
    const allOrders = ordersOf(loopMask(loops));
    const legal = this.legalPoints(outputs, channels, tile);
    const kept = orderFills(loops);
    const fills = this.hopefulFills(kept, tile.least);
    if (fills.length === 0) {
      count.removedByOrder += legal;
      return;
    }
    const ofChannels = model.channels(channels);
    let tried = 0;
    let hopeless = 0;
    let seen = 0;
    for (const split of splits) {
      if (split.pixels > pixels) continue;
      const ofOutputs = model.outputFactors(outputs, split.outputs);
      const ofPixels = model.pixelFactors(rows, columns, split.pixels);
      const choices = macroTiles.of(ofOutputs.share, ofPixels.share, ofChannels.largestChunks);
      seen += tile.mayspill
        ? choices.all.length
        : choices.all.filter((choice) => ofChannels.sums(choice) === 1).length;
      for (const choice of choices.largest) {
        if (!tile.mayspill && ofChannels.sums(choice) > 1) continue;
        setMacroPart(this.macroPart, model, ofOutputs, ofPixels, ofChannels, choice);
        if (this.isHopeless(this.macroPart, this.fillPart)) {
          hopeless++;
          continue;
        }
        tried++;
        for (const fill of fills) {
          if (this.isHopeless(this.macroPart, fill.part)) continue;
          const { cost } = this.costed(outputs, channels, tile, split, choice, fill);
          const order = allOrders.indexOf(fill.order);
          const { outputs: someOutputs, pixels: somePixels } = split;
          const rank = [outputs, rows, columns, channels, someOutputs, somePixels, choice.id, order];
          this.frontier.offer({ rank, cost });
        }
      }
    }
    const candidates = tried + hopeless;
    count.removedBySplit += legal - seen * allOrders.length;
    count.evaluated += tried * fills.length;
    count.removedByMacroTile += hopeless * fills.length;
    count.removedByOrder += candidates * (kept.length - fills.length);
    count.removedByDominance += seen * allOrders.length - candidates * kept.length;
  }

  private isHopeless(macro: Part, fill: Part): boolean {
    const [first, second] = this.bound(macro, fill);
    return this.frontier.hopeless(first, second);
  }

  /** The fills that some macro tile could make good use of; sets `fillPart` to their bound. */
  private hopefulFills(kept: readonly OrderFills[], least: Part): readonly FillWithPart[] {
    const { model } = this;
    const fills: FillWithPart[] = [];
    this.fillPart = endlessPart(this.fillPart.bufferBits.length);
    for (const fill of kept) {
      const part = emptyPart(this.fillPart.bufferBits.length);
      setFillPart(part, model, fill.weightTimes, fill.activations, fill.resultVisits);
      if (this.isHopeless(least, part)) continue;
      fills.push({ ...fill, part });
      lowerPart(this.fillPart, part);
    }
    return fills;
  }

  /** The mapping with its counts and its exact cost. */
  private costed(
    outputs: number,
    channels: number,
    { rows, columns }: Pick<Tile, 'rows' | 'columns'>,
    split: TileSplit,
    choice: MacroChoice,
    fill: OrderFills,
  ): CostedMapping {
    const { model } = this;
    const { problem, machine, sizes } = model.space;
    const work = model.work(
      model.outputFactors(outputs, split.outputs),
      model.pixelFactors(rows, columns, split.pixels),
      model.channels(channels),
      choice,
    );
    const fills = {
      weights: model.totals.weights * fill.weightTimes,
      activations: fill.activations,
      sums: model.totals.results * (fill.resultVisits - 1),
    };
    const counts = keepOnChip(
      assembleCounts(problem, model.totals, machine, work, fills),
      problem,
      machine,
      model.kept,
    );
    return {
      mapping: {
        order: wholeOrder(fill.order),
        tile: {
          outputs: sizes.outputs[outputs],
          rows: sizes.rows[rows],
          columns: sizes.columns[columns],
          channels: sizes.channels[channels],
        },
        split,
        macro: choice.tile,
      },
      counts,
      cost: mappingCost(counts, machine, model.prices),
    };
  }

  private result(): LayerSearch {
    const { count, model, frontier, options } = this;
    if (frontier.found.length === 0) throw emptySpace(model);
    const found = frontier.found.map(({ rank }) => {
      const [outputs, rows, columns, channels, someOutputs, somePixels, id, order] = rank;
      const loops = model.loops(outputs, rows, columns, channels);
      const fill = orderFills(loops).find((one) => one.order === ordersOf(loopMask(loops))[order]);
      if (fill === undefined) throw new RangeError('the order of a found mapping is not among the orders');
      const split = { outputs: someOutputs, pixels: somePixels };
      const choice = model.space.macroTiles.every[id];
      return this.costed(outputs, channels, { rows, columns }, split, choice, fill);
    });
    count.left =
      count.points -
      count.removedByCapacity -
      count.removedByOutputsAndChannels -
      count.removedByTile -
      count.removedBySplit -
      count.removedByOrder -
      count.removedByDominance -
      count.removedByMacroTile -
      count.evaluated;
    return { found, proof: { ...count }, gap: this.gap(found, options.objective) };
  }

  private gap(found: readonly CostedMapping[], objective: SearchOptions['objective']): number | null {
    if (this.leftBound === Infinity) return 0;
    if (objective === 'pareto') return null;
    const best = score(objective, found[0].cost)[0];
    return best === 0 ? 0 : Math.max(0, 1 - this.leftBound / best);
  }
}

/**
 * The best mapping of a layer, proven: every mapping of the space is evaluated or shown not to be better.
 *
 * Bounds are costs of parts that no mapping of the part can undercut, so that the result is that of trying all, ties
 * included: the first one in the order of `mappingsOf`.
 *
 * @throws TallyError `no-tile-fits`, `no-macro-tile` when the space is empty
 */
export function searchLayer(space: LayerSpace, prices: MappingPrices, options: SearchOptions): LayerSearch {
  return new Search(new LayerModel(space, prices, options.kept ?? KEEPS_NOTHING), options).run();
}
