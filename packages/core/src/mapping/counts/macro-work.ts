import type { Digits, MacroDataflow, TileInMacro } from '../dataflows/dataflow.ts';
import { DRAIN_CYCLES, FILL_CYCLES } from '../../chip/index.ts';
import type { Machine, MacroShape } from '../machine.ts';
import type { TileSplit } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { largestShare, sumShares, sumTiles } from './axis.ts';
import type { ProblemTotals } from './problem-totals.ts';
import type { TileTables } from './tile-tables.ts';

/** What the macros do, whatever the order of the tiles; loads in digits, sums in elements, of all macros together. */
export interface MacroWork {
  readonly weightLoads: number;
  /** Weight digits that leave the tier above; fewer than the loads with multicast. */
  readonly weightReads: number;
  readonly activationLoads: number;
  readonly activationReads: number;
  /** Sums handed out unfinished; as many come back. */
  readonly spills: number;
  readonly steps: number;
  readonly windows: number;
  /** Of the macro with most work, which is the first one. */
  readonly busiestSteps: number;
  readonly busiestWindows: number;
  readonly computeCycles: number;
}

/** Sum of `f` over all tiles of pixels, in order of their sizes: f(pixels of the tile). */
function sumPixelTiles({ rows, columns }: TileTables, f: (pixels: number) => number): number {
  return sumTiles(rows, (height) => sumTiles(columns, (width) => f(height * width)));
}

/** Chunks of N entries in a channels tile. */
function chunksOf(channels: number, totals: ProblemTotals, macro: MacroShape): number {
  return Math.ceil((channels * totals.kernel) / macro.entries);
}

/** Work of the macros. Every count is a product of sums over one or two dimensions. */
export function macroWork(
  problem: MappingProblem,
  totals: ProblemTotals,
  machine: Machine,
  tables: TileTables,
  split: TileSplit,
  dataflow: MacroDataflow,
  tile: TileInMacro,
): MacroWork {
  const { macro } = machine;
  const { outputs, channels } = tables;
  const digits: Digits = { weights: problem.weightDigits, activations: problem.activationDigits };
  const passes = digits.weights * digits.activations;
  const repeats = problem.batch * problem.groups;

  const perWeight = (pixels: number) => dataflow.weightLoads(pixels, tile, digits);
  const perActivation = (size: number) => dataflow.activationLoads(size, tile, digits);
  const allOutputs = (f: (size: number) => number) =>
    sumTiles(outputs, (size) => sumShares(size, split.outputs, f));
  const allPixels = (f: (size: number) => number) =>
    sumPixelTiles(tables, (size) => sumShares(size, split.pixels, f));
  // In the same iteration the macros of one share of outputs load the same weights, those of one share of pixels the
  // same activations; the first share iterates most, so what it loads covers the others.
  const firstOutputs = (f: (size: number) => number) =>
    sumTiles(outputs, (size) => f(largestShare(size, split.outputs)));
  const firstPixels = (f: (size: number) => number) =>
    sumPixelTiles(tables, (size) => f(largestShare(size, split.pixels)));
  const itself = (size: number) => size;

  const weightsPerImage = problem.batch * totals.weights;
  const weightLoads = weightsPerImage * allPixels(perWeight);
  const activationLoads = totals.touched * allOutputs(perActivation);
  const chunks = sumTiles(channels, (size) => chunksOf(size, totals, macro));
  const windows = sumTiles(channels, (size) =>
    Math.ceil(chunksOf(size, totals, macro) / macro.windowVectors),
  );
  const sums = sumTiles(channels, (size) =>
    dataflow.sumsPerResult(chunksOf(size, totals, macro), tile, digits),
  );
  const busiest = repeats * firstOutputs(itself) * firstPixels(itself) * passes;
  const busiestSteps = busiest * chunks;
  const busiestWindows = busiest * windows;
  return {
    weightLoads,
    weightReads: machine.multicast ? weightsPerImage * firstPixels(perWeight) : weightLoads,
    activationLoads,
    activationReads: machine.multicast ? totals.touched * firstOutputs(perActivation) : activationLoads,
    spills: totals.results * (sums - 1),
    steps: totals.results * chunks * passes,
    windows: totals.results * windows * passes,
    busiestSteps,
    busiestWindows,
    computeCycles:
      FILL_CYCLES +
      DRAIN_CYCLES +
      busiestSteps * macro.slotsPerStep +
      busiestWindows * macro.windowOverheadCycles,
  };
}
