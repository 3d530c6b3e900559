import { axisTable, type AxisTable } from '../counts/axis.ts';
import { sumBits } from '../counts/capacity.ts';
import type { MacroWork } from '../counts/macro-work.ts';
import { problemTotals, type ProblemTotals } from '../counts/problem-totals.ts';
import { windowTable, type WindowTable } from '../counts/window-axis.ts';
import { memoryOverlaps } from '../cost/evaluate.ts';
import type { MappingPrices } from '../cost/prices.ts';
import type { Digits } from '../dataflows/dataflow.ts';
import { DRAIN_CYCLES, FILL_CYCLES } from '../../chip/index.ts';
import {
  channelFactors,
  outputFactors,
  pixelFactors,
  type ChannelFactors,
  type ShareFactors,
} from './axis-factors.ts';
import { coefficients, type Coefficients } from './coefficients.ts';
import { KEEPS_NOTHING, tensorBits } from './kept.ts';
import type { KeptTensors } from '../mapping.ts';
import type { MacroChoice } from './macro-tiles.ts';
import type { TileLoop } from './order-fills.ts';
import type { LayerSpace } from './space.ts';

/** A function of a number below `keys`, remembered. */
function remembered<T>(keys: number, make: (key: number) => T): (key: number) => T {
  const known = new Array<T | undefined>(keys).fill(undefined);
  return (key) => (known[key] ??= make(key));
}

/** A loop whose tiles are disjoint elements of the activations. */
function disjointLoop(size: number, count: number): TileLoop {
  return { count, sum: size, adjacent: 0, wrap: count > 1 ? 0 : size };
}

function termOf({ count, inputs, adjacent, wrap }: WindowTable): TileLoop {
  return { count, sum: inputs, adjacent, wrap };
}

/**
 * Everything about a layer that the search tabulates: per axis and tile size, each worked out once. Sizes are given by their index in
 * the space, largest first.
 */
export class LayerModel {
  readonly totals: ProblemTotals;
  readonly slopes: Coefficients;
  readonly digits: Digits;
  readonly outputs: (index: number) => AxisTable;
  readonly rows: (index: number) => WindowTable;
  readonly columns: (index: number) => WindowTable;
  readonly channels: (index: number) => ChannelFactors;
  /** By index of the size of outputs, times {@link shareStride}, plus shares. */
  private readonly byOutputs: (key: number) => ShareFactors;
  /** By index of rows, of columns, and shares. */
  private readonly byPixels: (key: number) => ShareFactors;
  private readonly shareStride: number;
  /** Bits that tiles may take in each buffer, doubling and what is kept taken off; negative: not even that fits. */
  readonly room: readonly number[];
  readonly sumBitsWithSpills: number;
  readonly sumBitsWithout: number;
  readonly memoryOverlaps: boolean;

  readonly space: LayerSpace;
  readonly prices: MappingPrices;
  readonly kept: KeptTensors;

  constructor(space: LayerSpace, prices: MappingPrices, kept: KeptTensors = KEEPS_NOTHING) {
    this.space = space;
    this.prices = prices;
    this.kept = kept;
    const { problem, machine, sizes } = space;
    const { macro } = machine;
    this.totals = problemTotals(problem);
    this.slopes = coefficients(problem, this.totals, machine, prices, kept);
    this.digits = { weights: problem.weightDigits, activations: problem.activationDigits };
    const digits = this.digits;
    this.outputs = remembered(sizes.outputs.length, (i) => axisTable(problem.outputs, sizes.outputs[i]));
    this.rows = remembered(sizes.rows.length, (i) => windowTable(problem.rows, sizes.rows[i]));
    this.columns = remembered(sizes.columns.length, (i) => windowTable(problem.columns, sizes.columns[i]));
    this.channels = remembered(sizes.channels.length, (i) =>
      channelFactors(
        problem.channels,
        sizes.channels[i],
        this.totals.kernel,
        macro.entries,
        macro.windowVectors,
        digits,
      ),
    );
    const stride = space.macros + 1;
    this.shareStride = stride;
    this.byOutputs = remembered(sizes.outputs.length * stride, (key) =>
      outputFactors(this.outputs(Math.floor(key / stride)), key % stride, digits),
    );
    this.byPixels = remembered(sizes.rows.length * sizes.columns.length * stride, (key) => {
      const pair = Math.floor(key / stride);
      const columns = pair % sizes.columns.length;
      const rows = (pair - columns) / sizes.columns.length;
      return pixelFactors(this.rows(rows), this.columns(columns), key % stride, digits);
    });
    const bits = tensorBits(problem);
    this.room = machine.buffers.map(({ operands, capacityBits, doubleBuffered }) => {
      const resident = operands.includes('activations')
        ? (kept.input ? bits.input : 0) + (kept.results ? bits.results : 0)
        : 0;
      return (capacityBits - resident) / (doubleBuffered ? 2 : 1);
    });
    this.memoryOverlaps = memoryOverlaps(machine);
    this.sumBitsWithSpills = sumBits(problem, machine, true);
    this.sumBitsWithout = sumBits(problem, machine, false);
  }

  outputFactors(outputs: number, shares: number): ShareFactors {
    return this.byOutputs(outputs * this.shareStride + shares);
  }

  pixelFactors(rows: number, columns: number, shares: number): ShareFactors {
    return this.byPixels((rows * this.space.sizes.columns.length + columns) * this.shareStride + shares);
  }

  /** Whether the tiles of all operands fit, given the bits of a sum. */
  fits(outputs: number, rows: number, columns: number, channels: number, bitsOfSum: number): boolean {
    const { problem, machine, sizes } = this.space;
    const weights =
      sizes.outputs[outputs] * sizes.channels[channels] * this.totals.kernel * problem.weightBits;
    const activations = this.kept.input
      ? 0
      : sizes.channels[channels] *
        this.rows(rows).largestInputs *
        this.columns(columns).largestInputs *
        problem.activationBits;
    const sums = sizes.outputs[outputs] * sizes.rows[rows] * sizes.columns[columns] * bitsOfSum;
    for (let i = 0; i < this.room.length; i++) {
      let bits = 0;
      for (const operand of machine.buffers[i].operands) {
        bits += operand === 'weights' ? weights : operand === 'activations' ? activations : sums;
      }
      if (bits > this.room[i]) return false;
    }
    return true;
  }

  /** Activations that their buffer can hold at most, elements. */
  roomForActivations(): number {
    const { problem, machine } = this.space;
    const at = machine.bufferOf.activations;
    return at < 0 ? Infinity : Math.max(0, this.room[at]) / problem.activationBits;
  }

  /** The loops over rows and over columns of tiles, as the activations see them. */
  rowsTerm(rows: number): TileLoop {
    return termOf(this.rows(rows));
  }

  columnsTerm(columns: number): TileLoop {
    return termOf(this.columns(columns));
  }

  /** The loops over tiles as the activations see them, in the order of `LOOPS`. */
  loops(outputs: number, rows: number, columns: number, channels: number): readonly TileLoop[] {
    const { problem } = this.space;
    const outputTiles = this.outputs(outputs).count;
    return [
      disjointLoop(problem.batch, problem.batch),
      disjointLoop(problem.groups, problem.groups),
      { count: outputTiles, sum: outputTiles, adjacent: outputTiles - 1, wrap: 1 },
      this.rowsTerm(rows),
      this.columnsTerm(columns),
      disjointLoop(problem.channels, this.channels(channels).count),
    ];
  }

  /** What the macros do; equal to `macroWork` of the closed form. */
  work(
    outputs: ShareFactors,
    pixels: ShareFactors,
    channels: ChannelFactors,
    choice: MacroChoice,
  ): MacroWork {
    const { totals, digits } = this;
    const { problem, machine } = this.space;
    const passes = digits.weights * digits.activations;
    const weights = problem.batch * totals.weights;
    const weightLoads = weights * pixels.all(choice);
    const activationLoads = totals.touched * outputs.all(choice);
    const busiest = problem.batch * problem.groups * outputs.busiest * pixels.busiest * passes;
    const busiestSteps = busiest * channels.chunks;
    const busiestWindows = busiest * channels.windows;
    return {
      weightLoads,
      weightReads: machine.multicast ? weights * pixels.first(choice) : weightLoads,
      activationLoads,
      activationReads: machine.multicast ? totals.touched * outputs.first(choice) : activationLoads,
      spills: totals.results * (channels.sums(choice) - 1),
      steps: totals.results * channels.chunks * passes,
      windows: totals.results * channels.windows * passes,
      busiestSteps,
      busiestWindows,
      computeCycles: this.computeCycles(outputs, pixels, channels),
    };
  }

  computeCycles(outputs: ShareFactors, pixels: ShareFactors, channels: ChannelFactors): number {
    const { problem, machine } = this.space;
    const runs =
      problem.batch *
      problem.groups *
      outputs.busiest *
      pixels.busiest *
      this.digits.weights *
      this.digits.activations;
    return (
      FILL_CYCLES +
      DRAIN_CYCLES +
      runs *
        (channels.chunks * machine.macro.slotsPerStep + channels.windows * machine.macro.windowOverheadCycles)
    );
  }
}
