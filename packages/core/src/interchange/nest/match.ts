import {
  checkMapping,
  countAccesses,
  findMappingDataflow,
  hasRoom,
  MAPPING_DATAFLOWS,
  OPERANDS,
  type LayerMapping,
  type Loop,
  type Machine,
  type MacroTile,
  type TileSplit,
} from '../../mapping/index.ts';
import { showPlace } from '../yaml/node.ts';
import type { Findings } from '../findings.ts';
import type { LayerNest, NestLoop, WorkLoop } from './nest.ts';
import { layings, NEST_PATTERNS, type Slot } from './patterns.ts';
import { fileReloads, ourReloads, showLoops, without } from './reuse.ts';
import { ourShares, sameShares, sharePairs, sharesOf, type Share } from './shares.ts';
import { checkSizes, DIMENSION_NAMES, nestTile, tileOrder, type NestTile } from './sizes.ts';

/** A foreign nest as a mapping of ours, on a machine whose rows have the entries that it uses. */
export interface MatchedNest {
  readonly machine: Machine;
  readonly mapping: LayerMapping;
}

const product = (loops: readonly WorkLoop[]): number => loops.reduce((all, { count }) => all * count, 1);

const AXIS = {
  outputs: ['outputs', 'outputRuns'],
  pixels: ['rows', 'columns', 'pixelRuns'],
  entries: ['channels', 'kernelRows', 'kernelColumns', 'entryRuns'],
} as const;

function isOf(loop: WorkLoop, axis: keyof typeof AXIS): boolean {
  return AXIS[axis].some((dimension) => dimension === loop.dimension);
}

/** How the macros share a tile; refuses loops that no macro of ours is split by. */
function splitOf(nest: LayerNest, findings: Findings): TileSplit | null {
  let right = true;
  for (const loop of nest.work) {
    if (loop.count === 1) continue;
    if (loop.over === 'macros' && !isOf(loop, 'outputs') && !isOf(loop, 'pixels')) {
      right = false;
      findings.refuse(
        loop.place,
        'macros-share-sums',
        `${DIMENSION_NAMES[loop.dimension]} are spread over macros; ours share outputs and pixels, and never add across macros`,
        'spread outputs or pixels over the macros, and channels over the entries of a row',
      );
    }
    if (loop.over === 'entries' && !isOf(loop, 'entries')) {
      right = false;
      findings.refuse(
        loop.place,
        'entries-not-of-a-sum',
        `${DIMENSION_NAMES[loop.dimension]} are spread over the entries of a row, which are added up`,
        'spread channels and kernel over the entries',
      );
    }
  }
  if (!right) return null;
  const spread = nest.work.filter(({ over }) => over === 'macros');
  return {
    outputs: product(spread.filter((loop) => isOf(loop, 'outputs'))),
    pixels: product(spread.filter((loop) => isOf(loop, 'pixels'))),
  };
}

/** Sizes of full and last tile along a dimension. */
function extents(size: number, tile: number): readonly number[] {
  const rest = size % tile;
  return rest === 0 ? [tile] : [tile, rest];
}

/** One way of seeing the nest as a dataflow of ours. */
interface Way {
  readonly macro: MacroTile;
  readonly tileLoops: ReadonlySet<WorkLoop>;
  readonly slotOf: ReadonlyMap<NestLoop, Slot>;
}

function waysOf(loops: readonly WorkLoop[], name: string): readonly Way[] {
  const pattern = NEST_PATTERNS[name] ?? [];
  return layings(loops, pattern).map((slots) => {
    const inSlot = (slot: Slot) => loops.filter((_loop, index) => pattern[slots[index]] === slot);
    const outputs = inSlot('outputTile');
    const pixels = inSlot('pixelTile');
    const chunks = inSlot('chunkTile');
    return {
      macro: {
        dataflow: name,
        outputs: product(outputs),
        pixels: product(pixels),
        chunks: product(chunks),
      },
      tileLoops: new Set([...outputs, ...pixels, ...chunks]),
      slotOf: new Map(loops.map((loop, index) => [loop, pattern[slots[index]]])),
    };
  });
}

const KEPT_BY = {
  weightRows: ['weights', ['outputs', 'entries']],
  activationRows: ['activations', ['pixels', 'entries']],
  accumulators: ['partialSums', ['outputs', 'pixels']],
} as const;

/** Whether what the dataflow holds lies below a storage of the operand; sums that nothing keeps leave after every step. */
function isHeld(nest: LayerNest, macro: MacroTile): boolean {
  return findMappingDataflow(macro.dataflow).rules.every((rule) => {
    if (rule.limit === 'one') return true;
    const [operand, axes] = KEPT_BY[rule.limit];
    const below = nest.work.slice(nest.kept[operand]).filter(({ over }) => over === 'time');
    if (operand === 'partialSums' && nest.kept.partialSums === Infinity) return false;
    const held = product(below.filter((loop) => axes.some((axis) => isOf(loop, axis))));
    return rule.fields.reduce((needed, field) => needed * macro[field], 1) <= held;
  });
}

/** Whether outputs and pixels fall to macros and blocks as our mapping would cut them. */
function sharesMatch(nest: LayerNest, tile: NestTile, split: TileSplit, way: Way): boolean {
  const { problem } = nest;
  const isBlock = (loop: WorkLoop): boolean => !way.tileLoops.has(loop);
  const same = (found: readonly Share[], extent: number, shares: number, block: number): boolean =>
    sameShares(found, ourShares(extent, shares, block));
  const runBlocks = (axis: 'outputs' | 'pixels'): number =>
    product(nest.work.filter((loop) => isOf(loop, axis) && loop.over === 'time' && isBlock(loop)));
  const blocksOf = (extent: number, shares: number, block: number): number =>
    Math.ceil(Math.ceil(extent / shares) / block);

  const outputsRight =
    nest.runs.outputRuns === undefined
      ? extents(problem.outputs, tile.outputs).every((extent) =>
          same(sharesOf(nest.work, 'outputs', extent, isBlock), extent, split.outputs, way.macro.outputs),
        )
      : runBlocks('outputs') === blocksOf(tile.outputs, split.outputs, way.macro.outputs);
  if (!outputsRight) return false;
  if (nest.runs.pixelRuns !== undefined) {
    return runBlocks('pixels') === blocksOf(tile.rows * tile.columns, split.pixels, way.macro.pixels);
  }
  return extents(problem.rows.outputs, tile.rows).every((height) => {
    const rows = sharesOf(nest.work, 'rows', height, isBlock);
    return extents(problem.columns.outputs, tile.columns).every((width) =>
      same(
        sharePairs(rows, sharesOf(nest.work, 'columns', width, isBlock)),
        height * width,
        split.pixels,
        way.macro.pixels,
      ),
    );
  });
}

/** Whether rows of `entries` cut a dot product into as many chunks, and chunk tiles, as the nest iterates over. */
function chunksMatch(nest: LayerNest, tile: NestTile, way: Way, entries: number): boolean {
  const kernel = tile.kernelRows * tile.kernelColumns;
  const inTime = nest.work.filter((loop) => isOf(loop, 'entries') && loop.over === 'time');
  const outside = product(inTime.filter((loop) => !way.tileLoops.has(loop)));
  if (nest.runs.entryRuns !== undefined) {
    const chunks = Math.ceil((tile.channels * kernel) / entries);
    return outside === Math.ceil(chunks / way.macro.chunks);
  }
  const count = (extent: number, isBlock: (loop: WorkLoop) => boolean): number => {
    const along = (dimension: 'channels' | 'kernelRows' | 'kernelColumns', size: number): number =>
      sharesOf(nest.work, dimension, size, isBlock)[0].blocks;
    return (
      along('channels', extent) *
      along('kernelRows', tile.kernelRows) *
      along('kernelColumns', tile.kernelColumns)
    );
  };
  return extents(nest.problem.channels, tile.channels).every((extent) => {
    const chunks = Math.ceil((extent * kernel) / entries);
    return (
      count(extent, () => true) === chunks &&
      count(extent, (loop) => !way.tileLoops.has(loop)) === Math.ceil(chunks / way.macro.chunks)
    );
  });
}

/** Rows of all entries that are offered, or only of those that the nest fills. */
function entriesOf(nest: LayerNest): readonly number[] {
  const offered = nest.machine.macro.entries;
  const used = product(nest.work.filter(({ over }) => over === 'entries'));
  return nest.runs.entryRuns === undefined && used < offered ? [offered, used] : [offered];
}

interface Candidate extends MatchedNest {
  readonly way: Way;
  readonly deliveredBits: number;
}

/** Where loads inside a tile differ from those of the file's hardware, in words; null where they are the same. */
function otherReuse(nest: LayerNest, way: Way): string | null {
  if (nest.dataflow !== null) return null;
  const { dataflow } = way.macro;
  const differences = OPERANDS.flatMap((operand) => {
    const file = fileReloads(nest, operand);
    const ours = ourReloads(nest, operand, dataflow, way.slotOf);
    const inTile = (loops: readonly NestLoop[]) => loops.filter((loop) => !nest.tiles.includes(loop));
    const kept = inTile(without(ours, file));
    const reloaded = inTile(without(file, ours));
    return [
      ...(kept.length === 0 ? [] : [`keeps ${operand} in the macro while ${showLoops(kept)} iterate`]),
      ...(reloaded.length === 0 ? [] : [`brings ${operand} again for ${showLoops(reloaded)}`]),
    ];
  });
  return differences.length === 0
    ? null
    : `the file's hardware ${differences.join(' and ')}; ${dataflow} does not`;
}

/** Says what is counted otherwise than the file's hardware would: macros start a tile empty, and their rows hold whole windows. */
function noteDifferences(nest: LayerNest, { way }: Candidate, findings: Findings): void {
  if (nest.dataflow !== null) return;
  for (const operand of OPERANDS) {
    const ours = ourReloads(nest, operand, way.macro.dataflow, way.slotOf);
    for (const loop of without(ours, fileReloads(nest, operand))) {
      findings.differ(
        loop.place,
        `${operand} stay in the macro of the file while ${showLoops([loop])} iterate over buffer tiles`,
        `macros of ours start a tile empty: they are ${operand === 'partialSums' ? 'restored' : 'loaded'} once for each of these tiles`,
      );
    }
  }
  const { rows, columns } = nest.problem;
  if (nest.kept.activations !== Infinity && rows.taps * columns.taps > 1) {
    findings.differ(
      nest.place,
      'activations in the macro',
      'rows of ours hold an entry for each tap of a window: what windows share is loaded once for each of them',
    );
  }
}

/** What became of the ways of seeing a nest, for the message when none is left. */
interface Tally {
  laid: number;
  held: number;
  reused: number;
  /** Why the first way that fits in the macro is another nest than the file's. */
  otherwise: string | null;
}

function candidates(
  nest: LayerNest,
  order: readonly Loop[],
  split: TileSplit,
  tally: Tally,
): readonly Candidate[] {
  const tile = nestTile(nest);
  const loops = nest.work.filter(({ over, count }) => over === 'time' && count > 1);
  const names = nest.dataflow === null ? MAPPING_DATAFLOWS.map(({ name }) => name) : [nest.dataflow];
  const found: Candidate[] = [];
  for (const name of names) {
    for (const way of waysOf(loops, name)) {
      tally.laid++;
      if (!isHeld(nest, way.macro) || !hasRoom(findMappingDataflow(name), way.macro, nest.machine.macro))
        continue;
      tally.held++;
      const reuse = otherReuse(nest, way);
      if (reuse !== null) {
        tally.otherwise ??= reuse;
        continue;
      }
      tally.reused++;
      if (!sharesMatch(nest, tile, split, way)) continue;
      const entries = entriesOf(nest).find((one) => chunksMatch(nest, tile, way, one));
      if (entries === undefined) continue;
      const { outputs, rows, columns, channels } = tile;
      const mapping = { order, tile: { outputs, rows, columns, channels }, split, macro: way.macro };
      const machine = { ...nest.machine, macro: { ...nest.machine.macro, entries } };
      const { deliveredBits } = countAccesses(nest.problem, machine, mapping);
      found.push({ machine, mapping, way, deliveredBits });
    }
  }
  return found;
}

function refuseAll(nest: LayerNest, tally: Tally, findings: Findings): null {
  const loops = nest.work
    .filter(({ over, count }) => over === 'time' && count > 1)
    .map(({ dimension, count }) => `${DIMENSION_NAMES[dimension]} ${count}`)
    .join(', ');
  if (tally.laid === 0) {
    const names = nest.dataflow === null ? Object.keys(NEST_PATTERNS).join(', ') : nest.dataflow;
    return findings.refuse(
      nest.place,
      'nest-of-no-dataflow',
      `the loops inside a tile, outermost first, are ${loops}: the order of none of ${names}`,
      'reorder them as one of the dataflows of docs/mapping.md',
    );
  }
  if (tally.held === 0) {
    return findings.refuse(
      nest.place,
      'macro-too-small',
      `the loops inside a tile (${loops}) hold more in the macro than its storage has room for, or than lies below it`,
      'keep the operand that stays in a storage outside the loops that run over it, or make that storage larger',
    );
  }
  if (tally.reused === 0) {
    return findings.refuse(
      nest.place,
      'kept-otherwise',
      tally.otherwise ?? 'the storages keep operands otherwise',
      'let the storages of the macro keep what one of the dataflows of docs/mapping.md keeps',
    );
  }
  return findings.refuse(
    nest.place,
    'cut-otherwise',
    `the loops inside a tile (${loops}) cut outputs, pixels or entries otherwise than into contiguous runs: rows of entries, tiles of pixels or shares of macros that ours cannot have`,
    'fill rows with whole kernels of some channels, tile pixels by whole columns, or let the factors divide',
  );
}

/**
 * The mapping that a foreign nest is, or null when there is none: all reasons are in `findings`. Of several dataflows with these loops it
 * is the one that loads the macros least, as every reuse that the storages allow is taken.
 */
export function mappingOfNest(nest: LayerNest, findings: Findings): MatchedNest | null {
  const before = findings.issues.length;
  checkSizes(nest, findings);
  const order = tileOrder(nest, findings);
  const split = splitOf(nest, findings);
  if (order === null || split === null || findings.issues.length > before) return null;
  const tally: Tally = { laid: 0, held: 0, reused: 0, otherwise: null };
  let best: Candidate | null = null;
  for (const candidate of candidates(nest, order, split, tally)) {
    if (best === null || candidate.deliveredBits < best.deliveredBits) best = candidate;
  }
  if (best === null) return refuseAll(nest, tally, findings);
  const issues = checkMapping(nest.problem, best.machine, best.mapping, showPlace(nest.place));
  findings.issues.push(...issues);
  if (issues.length === 0) noteDifferences(nest, best, findings);
  return issues.length === 0 ? { machine: best.machine, mapping: best.mapping } : null;
}
