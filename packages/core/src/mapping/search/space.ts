import { fail } from '../../diagnostics/index.ts';
import type { MacroDataflow } from '../dataflows/dataflow.ts';
import { MAPPING_DATAFLOWS } from '../dataflows/registry.ts';
import type { Machine } from '../machine.ts';
import type { LayerMapping, TileSizes, TileSplit } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { MacroTiles } from './macro-tiles.ts';
import { CHANNELS, COLUMNS, ordersOf, OUTPUTS, ROWS, wholeOrder } from './order-fills.ts';
import { channelsOfWholeChunks, tileSizes } from './sizes.ts';

/** The mappings of a layer that are searched; docs/mapping.md, "Space and proof". */
export interface LayerSpace {
  readonly problem: MappingProblem;
  readonly machine: Machine;
  /** Tile sizes, largest first. */
  readonly sizes: Readonly<Record<keyof TileSizes, readonly number[]>>;
  readonly macroTiles: MacroTiles;
  /** Most macros that a split may use. */
  readonly macros: number;
}

/** What narrows a space. */
export interface SpaceOptions {
  /** Default: all of the registry. */
  readonly dataflows?: readonly MacroDataflow[];
  /** Most macros; default: all of the machine. */
  readonly macros?: number;
}

/**
 * The space of a layer on a machine.
 *
 * @throws TallyError `no-macros` when fewer than one macro is allowed
 */
export function layerSpace(
  problem: MappingProblem,
  machine: Machine,
  { dataflows = MAPPING_DATAFLOWS, macros = machine.macros }: SpaceOptions = {},
): LayerSpace {
  if (macros < 1) {
    fail('no-macros', problem.id, `is to be mapped onto ${macros} macros`, 'allow at least one macro');
  }
  const { macro } = machine;
  const kernel = problem.rows.taps * problem.columns.taps;
  return {
    problem,
    machine,
    sizes: {
      outputs: tileSizes(problem.outputs, macro.weightRows),
      rows: tileSizes(problem.rows.outputs, problem.rows.outputs),
      columns: tileSizes(problem.columns.outputs, problem.columns.outputs),
      channels: tileSizes(problem.channels, channelsOfWholeChunks(macro.entries, kernel)),
    },
    macroTiles: new MacroTiles(dataflows, macro),
    macros: Math.min(macros, machine.macros),
  };
}

/** Ways to spread a tile: outputs x pixels shares, neither more than there are, at most `macros` in all; fewest first. */
export function splitsOf(outputs: number, pixels: number, macros: number): readonly TileSplit[] {
  const splits: TileSplit[] = [];
  for (let some = 1; some <= Math.min(outputs, macros); some++) {
    for (let others = 1; others <= Math.min(pixels, Math.floor(macros / some)); others++) {
      splits.push({ outputs: some, pixels: others });
    }
  }
  return splits;
}

/** Chunks of a dot product within `channels` channels. */
export function chunksOf(channels: number, { problem, machine }: LayerSpace): number {
  return Math.ceil((channels * problem.rows.taps * problem.columns.taps) / machine.macro.entries);
}

/** Loops of more than one iteration, as a bit mask. */
export function tileMask(problem: MappingProblem, tile: TileSizes): number {
  return (
    (problem.batch > 1 ? 1 : 0) |
    (problem.groups > 1 ? 2 : 0) |
    (tile.outputs < problem.outputs ? 1 << OUTPUTS : 0) |
    (tile.rows < problem.rows.outputs ? 1 << ROWS : 0) |
    (tile.columns < problem.columns.outputs ? 1 << COLUMNS : 0) |
    (tile.channels < problem.channels ? 1 << CHANNELS : 0)
  );
}

/**
 * Every mapping of a space, in the order in which ties are broken, whether or not its tiles fit into the buffers: tile (outputs,
 * rows, columns, channels, larger first), split (outputs, pixels, smaller first), dataflow as in the registry, macro tile (outputs, pixels, chunks,
 * larger first), order (as in `LOOPS`). What the search is checked against; a large layer has too many to list.
 */
export function* mappingsOf(space: LayerSpace): Generator<LayerMapping> {
  const { problem, sizes } = space;
  for (const outputs of sizes.outputs) {
    for (const rows of sizes.rows) {
      for (const columns of sizes.columns) {
        for (const channels of sizes.channels) {
          const tile = { outputs, rows, columns, channels };
          const orders = ordersOf(tileMask(problem, tile)).map(wholeOrder);
          for (const split of splitsOf(outputs, rows * columns, space.macros)) {
            const share = Math.ceil(outputs / split.outputs);
            const pixels = Math.ceil((rows * columns) / split.pixels);
            for (const choice of space.macroTiles.of(share, pixels, chunksOf(channels, space)).all) {
              for (const order of orders) yield { order, tile, split, macro: choice.tile };
            }
          }
        }
      }
    }
  }
}
