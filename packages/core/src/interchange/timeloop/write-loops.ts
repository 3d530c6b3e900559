import type { LayerMapping, Machine, MappingProblem } from '../../mapping/index.ts';
import type { NestDimension, Run } from '../nest/nest.ts';
import { NEST_PATTERNS, type Slot } from '../nest/patterns.ts';
import { lastCounts } from '../nest/sizes.ts';

/** A loop to be written: how often, and how often in the last round of the loops outside. */
export interface WrittenLoop {
  readonly dimension: NestDimension | Run;
  readonly count: number;
  readonly last: number;
}

/** A mapping as loops of a level each. */
export interface WrittenNest {
  readonly tiles: readonly WrittenLoop[];
  readonly split: readonly WrittenLoop[];
  /** By slot of the dataflow. */
  readonly slots: Readonly<Record<Slot, readonly WrittenLoop[]>>;
  readonly entries: readonly WrittenLoop[];
  readonly runs: Readonly<Partial<Record<Run, readonly number[]>>>;
}

/** How often loops of one dimension run inside a tile, outermost first; each with where it goes. */
interface Inner {
  readonly dimension: NestDimension;
  readonly split: number;
  readonly slot: number;
  readonly tile: number;
  readonly entries: number;
}

/** Counts along rows and columns, or along channels and kernel, as far as loops over these dimensions can say it. */
interface Plain {
  readonly inner: readonly Inner[];
}

const whole = (dimension: NestDimension): Inner => ({ dimension, split: 1, slot: 1, tile: 1, entries: 1 });

function divisors(value: number): readonly number[] {
  const found: number[] = [];
  for (let one = 1; one <= value; one++) if (value % one === 0) found.push(one);
  return found;
}

/** Loops over outputs: shares, blocks, outputs in the macro. */
function plainOutputs({ tile, split, macro }: LayerMapping): readonly Plain[] {
  const share = Math.ceil(tile.outputs / split.outputs);
  const inside = Math.min(macro.outputs, share);
  const slot = Math.ceil(share / inside);
  return [{ inner: [{ ...whole('outputs'), split: split.outputs, slot, tile: inside }] }];
}

/** Loops over rows and columns whose shares and blocks are as many as runs of pixels would be. */
function plainPixels({ tile, split, macro }: LayerMapping): readonly Plain[] {
  const share = Math.ceil((tile.rows * tile.columns) / split.pixels);
  const inside = Math.min(macro.pixels, share);
  const blocks = Math.ceil(share / inside);
  const found: Plain[] = [];
  for (const down of divisors(split.pixels)) {
    const across = split.pixels / down;
    const height = Math.ceil(tile.rows / down);
    const width = Math.ceil(tile.columns / across);
    if (height * width !== share) continue;
    for (const high of divisors(inside)) {
      const wide = inside / high;
      const rowBlocks = Math.ceil(height / high);
      const columnBlocks = Math.ceil(width / wide);
      if (high > height || wide > width || rowBlocks * columnBlocks !== blocks) continue;
      found.push({
        inner: [
          { ...whole('rows'), split: down, slot: rowBlocks, tile: high },
          { ...whole('columns'), split: across, slot: columnBlocks, tile: wide },
        ],
      });
    }
  }
  return found;
}

/** Loops over channels and kernel, where a row of entries holds whole kernels. */
function plainEntries(
  problem: MappingProblem,
  { entries }: Machine['macro'],
  mapping: LayerMapping,
): readonly Plain[] {
  const { tile, macro } = mapping;
  const kernel = problem.rows.taps * problem.columns.taps;
  const perRow =
    tile.channels * kernel <= entries ? tile.channels : entries % kernel === 0 ? entries / kernel : 0;
  if (perRow === 0) return [];
  const chunks = Math.ceil(tile.channels / perRow);
  const inside = Math.min(macro.chunks, chunks);
  return [
    {
      inner: [
        { ...whole('channels'), slot: Math.ceil(chunks / inside), tile: inside, entries: perRow },
        { ...whole('kernelRows'), entries: problem.rows.taps },
        { ...whole('kernelColumns'), entries: problem.columns.taps },
      ],
    },
  ];
}

/** Counts of the loops of a dimension inside a tile, outermost first. */
function chain({ split, slot, tile, entries }: Inner): readonly number[] {
  return [split, slot, tile, entries];
}

interface Build {
  readonly split: WrittenLoop[];
  readonly slots: Record<Slot, WrittenLoop[]>;
  readonly entries: WrittenLoop[];
}

const SLOTS_OF = {
  outputs: ['outputs', 'outputTile'],
  pixels: ['pixels', 'pixelTile'],
  chunks: ['chunks', 'chunkTile'],
} as const satisfies Readonly<Record<string, readonly [Slot, Slot]>>;

type Axis = keyof typeof SLOTS_OF;

/**
 * Adds the loops of one dimension.
 *
 * @returns false where they cannot cover tiles of `tile` exactly
 */
function addPlain(build: Build, axis: Axis, inner: Inner, size: number, tile: number): boolean {
  const counts = chain(inner);
  const covered = counts.reduce((product, count) => product * count, 1);
  const tiles = Math.ceil(size / tile);
  if (covered < tile || (covered > tile && tiles > 1)) return false;
  const ends = lastCounts(counts, size - (tiles - 1) * tile);
  const [slot, tileSlot] = SLOTS_OF[axis];
  const targets = [build.split, build.slots[slot], build.slots[tileSlot], build.entries];
  for (const [index, target] of targets.entries()) {
    target.push({ dimension: inner.dimension, count: counts[index], last: ends[index] });
  }
  return true;
}

function addRun(
  build: Build,
  axis: Axis,
  dimension: Run,
  split: number,
  share: number,
  inside: number,
): void {
  const tile = Math.min(inside, share);
  const [slot, tileSlot] = SLOTS_OF[axis];
  const loop = (count: number): WrittenLoop => ({ dimension, count, last: count });
  build.split.push(loop(split));
  build.slots[slot].push(loop(Math.ceil(share / tile)));
  build.slots[tileSlot].push(loop(tile));
}

/**
 * The ways of writing a mapping as loops, those of plain dimensions first; whether one says the same as the mapping, reading it shows.
 * A dataflow without a slot for what an axis holds leaves that loop at one iteration.
 */
export function* writtenNests(
  problem: MappingProblem,
  machine: Machine,
  mapping: LayerMapping,
): Generator<WrittenNest> {
  const { tile, split, macro } = mapping;
  const pattern = NEST_PATTERNS[macro.dataflow] ?? [];
  const sizes = {
    outputs: problem.outputs,
    rows: problem.rows.outputs,
    columns: problem.columns.outputs,
    channels: problem.channels,
  };
  const tileOf: Partial<Record<NestDimension, number>> = {
    ...tile,
    kernelRows: problem.rows.taps,
    kernelColumns: problem.columns.taps,
  };
  const sizeOf: Partial<Record<NestDimension, number>> = {
    ...sizes,
    kernelRows: problem.rows.taps,
    kernelColumns: problem.columns.taps,
  };
  const tileLoop = (
    dimension: 'batch' | 'group' | 'outputs' | 'rows' | 'columns' | 'channels',
  ): WrittenLoop => {
    const count =
      dimension === 'batch'
        ? problem.batch
        : dimension === 'group'
          ? problem.groups
          : Math.ceil(sizes[dimension] / tile[dimension]);
    return { dimension, count, last: count };
  };
  const kernel = problem.rows.taps * problem.columns.taps;
  const chunks = Math.ceil((tile.channels * kernel) / machine.macro.entries);
  const runs = {
    outputs: [
      'outputRuns',
      split.outputs,
      Math.ceil(tile.outputs / split.outputs),
      macro.outputs,
      [tile.outputs],
    ],
    pixels: [
      'pixelRuns',
      split.pixels,
      Math.ceil((tile.rows * tile.columns) / split.pixels),
      macro.pixels,
      [tile.rows, tile.columns],
    ],
    chunks: ['entryRuns', 1, chunks, macro.chunks, [tile.channels, problem.rows.taps, problem.columns.taps]],
  } as const;
  const plain: Readonly<Record<Axis, readonly (Plain | null)[]>> = {
    outputs: [...plainOutputs(mapping), null],
    pixels: [...plainPixels(mapping), null],
    chunks: [...plainEntries(problem, machine.macro, mapping), null],
  };
  for (const outputs of plain.outputs) {
    for (const entries of plain.chunks) {
      for (const pixels of plain.pixels) {
        const build: Build = {
          split: [],
          entries: [],
          slots: {
            outputs: [],
            outputTile: [],
            pixels: [],
            pixelTile: [],
            chunks: [],
            chunkTile: [],
            weightDigits: [digits('weightDigits', problem.weightDigits)],
            activationDigits: [digits('activationDigits', problem.activationDigits)],
          },
        };
        const written: Partial<Record<Run, readonly number[]>> = {};
        let isWritten = true;
        for (const [axis, choice] of [
          ['outputs', outputs],
          ['pixels', pixels],
          ['chunks', entries],
        ] as const) {
          if (choice === null) {
            const [run, shares, share, inside, extents] = runs[axis];
            addRun(build, axis, run, shares, share, inside);
            written[run] = extents;
          } else {
            isWritten &&= choice.inner.every((inner) =>
              addPlain(build, axis, inner, sizeOf[inner.dimension] ?? 1, tileOf[inner.dimension] ?? 1),
            );
          }
        }
        // What the dataflow has no loop for runs once.
        const unused = (Object.keys(build.slots) as Slot[]).filter((slot) => !pattern.includes(slot));
        isWritten &&= unused.every((slot) => build.slots[slot].every(({ count }) => count === 1));
        if (isWritten) yield { tiles: mapping.order.map(tileLoop), ...build, runs: written };
      }
    }
  }
}

function digits(dimension: 'weightDigits' | 'activationDigits', count: number): WrittenLoop {
  return { dimension, count, last: count };
}
