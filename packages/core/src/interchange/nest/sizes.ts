import { LOOPS, type Loop } from '../../mapping/index.ts';
import type { Findings } from '../findings.ts';
import {
  NEST_DIMENSIONS,
  nestSizes,
  RUNS,
  type LayerNest,
  type NestDimension,
  type NestLoop,
  type Run,
} from './nest.ts';

/** Words for a dimension in messages. */
export const DIMENSION_NAMES: Readonly<Record<NestDimension | Run, string>> = {
  batch: 'batch',
  group: 'groups',
  outputs: 'outputs',
  rows: 'output rows',
  columns: 'output columns',
  channels: 'channels',
  kernelRows: 'kernel rows',
  kernelColumns: 'kernel columns',
  weightDigits: 'weight digits',
  activationDigits: 'activation digits',
  outputRuns: 'run of outputs',
  pixelRuns: 'run of pixels',
  entryRuns: 'run of entries',
};

/** Elements along each dimension of a buffer tile. */
export type NestTile = Readonly<Record<NestDimension, number>>;

/** Sizes of a tile: what the loops inside it multiply to, or what its run says. */
export function nestTile(nest: LayerNest): NestTile {
  const sizes = nestSizes(nest.problem);
  const runs = runSizes(nest);
  const tile = { ...sizes };
  for (const dimension of NEST_DIMENSIONS) {
    const own = nest.work.filter((loop) => loop.dimension === dimension);
    const inside = runs.get(dimension) ?? own.reduce((product, { count }) => product * count, 1);
    // Where the only tile is ragged inside, its loops could cover more.
    tile[dimension] = Math.min(inside, sizes[dimension]);
  }
  return tile;
}

function runSizes(nest: LayerNest): ReadonlyMap<NestDimension, number> {
  const sizes = new Map<NestDimension, number>();
  for (const run of Object.keys(RUNS) as Run[]) {
    nest.runs[run]?.forEach((size, index) => sizes.set(RUNS[run][index], size));
  }
  return sizes;
}

export function isRun(dimension: NestDimension | Run): dimension is Run {
  return Object.hasOwn(RUNS, dimension);
}

/** Elements that loops, outermost first, cover around `inside` elements: inside + sum (last - 1) x product of what is further in. */
function covered(loops: readonly NestLoop[], inside: number): number {
  let elements = inside;
  let step = inside;
  for (const { count, last } of [...loops].reverse()) {
    elements += (last - 1) * step;
    step *= count;
  }
  return elements;
}

/**
 * Iterations of the loops of one dimension, outermost first, in the last iteration of those outside, so that they cover `size` elements: the
 * digits of the last index, plus one.
 */
export function lastCounts(counts: readonly number[], size: number): readonly number[] {
  let rest = size - 1;
  const found: number[] = [];
  for (const count of [...counts].reverse()) {
    found.unshift((rest % count) + 1);
    rest = Math.floor(rest / count);
  }
  return found;
}

/** Refuses dimensions whose loops do not cover them exactly; the last tile of a run may be smaller. */
export function checkSizes(nest: LayerNest, findings: Findings): void {
  const sizes = nestSizes(nest.problem);
  const runs = runSizes(nest);
  for (const dimension of NEST_DIMENSIONS) {
    const own = [...nest.tiles, ...nest.work].filter((loop) => loop.dimension === dimension);
    const size = sizes[dimension];
    const run = runs.get(dimension);
    const elements = covered(own, run ?? 1);
    const tiles = run === undefined ? 0 : Math.ceil(size / run);
    if (run === undefined ? elements === size : run <= size && elements === run * tiles) continue;
    const factors = own.map(({ count, last }) => (last === count ? String(count) : `${count},${last}`));
    const shown = [...factors, ...(run === undefined ? [] : [String(run)])].join(' x ') || '1';
    findings.refuse(
      own[0]?.place ?? nest.place,
      'factors-do-not-multiply',
      `the factors of ${DIMENSION_NAMES[dimension]} are ${shown}, which cover ${elements}; the layer has ${size}`,
      `make their product ${size}`,
    );
  }
}

/** The order of the loops over tiles; those of one iteration stand first. */
export function tileOrder(nest: LayerNest, findings: Findings): readonly Loop[] | null {
  const seen: Loop[] = [];
  let right = true;
  for (const loop of nest.tiles.filter(({ count }) => count > 1)) {
    const dimension = LOOPS.find((name) => name === loop.dimension);
    if (dimension === undefined) {
      right = false;
      const what = DIMENSION_NAMES[loop.dimension];
      findings.refuse(
        loop.place,
        'loop-outside-the-tile',
        `${what} iterate over buffer tiles; a tile of ours has the whole kernel and all digits`,
        `iterate over ${what} inside the buffers`,
      );
    } else if (seen.at(-1) !== dimension && seen.includes(dimension)) {
      right = false;
      refuseTwice(loop, findings);
    } else if (seen.at(-1) !== dimension) seen.push(dimension);
  }
  for (const loop of nest.work) {
    if (loop.count === 1 || (loop.dimension !== 'batch' && loop.dimension !== 'group')) continue;
    right = false;
    findings.refuse(
      loop.place,
      'batch-inside-the-tile',
      `${DIMENSION_NAMES[loop.dimension]} iterate inside the buffers; a tile of ours is of one image and one group`,
      'iterate over them at the memory',
    );
  }
  return right ? [...LOOPS.filter((loop) => !seen.includes(loop)), ...seen] : null;
}

function refuseTwice(loop: NestLoop, findings: Findings): void {
  findings.refuse(
    loop.place,
    'dimension-twice',
    `${DIMENSION_NAMES[loop.dimension]} iterate twice over buffer tiles, with another loop between`,
    'iterate over each dimension once at the memory',
  );
}
