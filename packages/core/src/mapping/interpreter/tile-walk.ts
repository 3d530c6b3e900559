import type { LayerMapping, Loop } from '../mapping.ts';
import type { MappingProblem } from '../problem.ts';

/** The buffer tile of one iteration, as the elements it covers. */
export interface WalkedTile {
  readonly batch: number;
  readonly group: number;
  readonly outputs: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly channels: readonly number[];
}

/** 0 .. size - 1 cut into pieces of `step`. */
function pieces(size: number, step: number): readonly (readonly number[])[] {
  const all: number[][] = [];
  for (let at = 0; at < size; at++) {
    if (at % step === 0) all.push([]);
    all[all.length - 1].push(at);
  }
  return all;
}

/** Every iteration of the loops over buffer tiles, in order. */
export function* walkTiles(problem: MappingProblem, mapping: LayerMapping): Generator<WalkedTile> {
  const { tile } = mapping;
  const loops: Readonly<Record<Loop, readonly (readonly number[])[]>> = {
    batch: pieces(problem.batch, 1),
    group: pieces(problem.groups, 1),
    outputs: pieces(problem.outputs, tile.outputs),
    rows: pieces(problem.rows.outputs, tile.rows),
    columns: pieces(problem.columns.outputs, tile.columns),
    channels: pieces(problem.channels, tile.channels),
  };
  const chosen: Record<Loop, readonly number[]> = {
    batch: [],
    group: [],
    outputs: [],
    rows: [],
    columns: [],
    channels: [],
  };
  function* nest(depth: number): Generator<WalkedTile> {
    if (depth === mapping.order.length) {
      yield { ...chosen, batch: chosen.batch[0], group: chosen.group[0] };
      return;
    }
    const loop = mapping.order[depth];
    for (const piece of loops[loop]) {
      chosen[loop] = piece;
      yield* nest(depth + 1);
    }
  }
  yield* nest(0);
}

/** One macro's part of a tile: contiguous shares of its outputs and of its pixels, these in row-major order. */
export interface WalkedShare {
  /** Which macro: every tile gives the same places to the same macros. */
  readonly place: string;
  readonly outputs: readonly number[];
  readonly pixels: readonly (readonly [row: number, column: number])[];
}

export function shareTile(tile: WalkedTile, mapping: LayerMapping): readonly WalkedShare[] {
  const pixels = tile.rows.flatMap((row) => tile.columns.map((column) => [row, column] as const));
  const part = <T>(items: readonly T[], shares: number, index: number): readonly T[] => {
    const each = Math.ceil(items.length / shares);
    return items.filter((_item, at) => at >= index * each && at < (index + 1) * each);
  };
  const shares: WalkedShare[] = [];
  for (let i = 0; i < mapping.split.outputs; i++) {
    for (let j = 0; j < mapping.split.pixels; j++) {
      shares.push({
        place: `${i},${j}`,
        outputs: part(tile.outputs, mapping.split.outputs, i),
        pixels: part(pixels, mapping.split.pixels, j),
      });
    }
  }
  return shares;
}
