import { LOOPS, type LayerMapping, type MappingProblem } from '@tally/core';

const SHORT = { batch: 'b', group: 'g', outputs: 'm', rows: 'y', columns: 'x', channels: 'c' } as const;

/** Iterations of each loop over tiles. */
function iterations(
  problem: MappingProblem,
  { tile }: LayerMapping,
): Readonly<Record<keyof typeof SHORT, number>> {
  return {
    batch: problem.batch,
    group: problem.groups,
    outputs: Math.ceil(problem.outputs / tile.outputs),
    rows: Math.ceil(problem.rows.outputs / tile.rows),
    columns: Math.ceil(problem.columns.outputs / tile.columns),
    channels: Math.ceil(problem.channels / tile.channels),
  };
}

/**
 * A mapping in one line: the loops over tiles, outermost first; the tile; the split over macros where there is one; dataflow and tile in the
 * macro.
 *
 * @example y4 m2 · tile m32 y14 x56 c64 · weight-output-stationary m8 p1 k2
 */
export function describeMapping(problem: MappingProblem, mapping: LayerMapping): string {
  const counts = iterations(problem, mapping);
  const loops = mapping.order
    .filter((loop) => counts[loop] > 1)
    .map((loop) => `${SHORT[loop]}${counts[loop]}`);
  const { tile, split, macro } = mapping;
  const sizes = LOOPS.flatMap((loop) =>
    loop === 'batch' || loop === 'group' ? [] : [`${SHORT[loop]}${tile[loop]}`],
  );
  const shares = split.outputs * split.pixels;
  return [
    loops.length === 0 ? 'one tile' : loops.join(' '),
    sizes.join(' '),
    ...(shares === 1 ? [] : [`${shares} macros m${split.outputs} p${split.pixels}`]),
    `${macro.dataflow} m${macro.outputs} p${macro.pixels} k${macro.chunks}`,
  ].join(' · ');
}

/** What the letters of {@link describeMapping} mean. */
export const LEGEND =
  'loops over tiles, outermost first · tile · dataflow and tile in the macro; b batch, g group, m outputs, y rows, x columns, c channels, p pixels, k chunks of entries';
