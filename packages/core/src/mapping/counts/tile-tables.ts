import type { TileSizes } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';
import { axisTable, type AxisTable } from './axis.ts';
import { windowTable, type WindowTable } from './window-axis.ts';

/** The tiles of the four dimensions that are cut; each table depends on its own dimension and size alone. */
export interface TileTables {
  readonly outputs: AxisTable;
  readonly rows: WindowTable;
  readonly columns: WindowTable;
  readonly channels: AxisTable;
}

/** @param tile sizes from 1 to their dimensions */
export function tileTables(problem: MappingProblem, tile: TileSizes): TileTables {
  return {
    outputs: axisTable(problem.outputs, tile.outputs),
    rows: windowTable(problem.rows, tile.rows),
    columns: windowTable(problem.columns, tile.columns),
    channels: axisTable(problem.channels, tile.channels),
  };
}
