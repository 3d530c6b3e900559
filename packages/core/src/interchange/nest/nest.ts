import type { Machine, MappingProblem } from '../../mapping/index.ts';
import type { Place } from '../yaml/node.ts';

/** Dimensions that foreign loop nests iterate over. */
export const NEST_DIMENSIONS = [
  'batch',
  'group',
  'outputs',
  'rows',
  'columns',
  'channels',
  'kernelRows',
  'kernelColumns',
  'weightDigits',
  'activationDigits',
] as const;

export type NestDimension = (typeof NEST_DIMENSIONS)[number];

/** Dimensions of a tile that run as one, in row-major order. */
export const RUNS = {
  outputRuns: ['outputs'],
  pixelRuns: ['rows', 'columns'],
  entryRuns: ['channels', 'kernelRows', 'kernelColumns'],
} as const satisfies Readonly<Record<string, readonly NestDimension[]>>;

export type Run = keyof typeof RUNS;

/** One loop of a nest. */
export interface NestLoop {
  readonly dimension: NestDimension | Run;
  /** Iterations, at least 1. */
  readonly count: number;
  /** Iterations in the last iteration of all loops of this dimension outside; `count` unless the sizes do not divide. */
  readonly last: number;
  readonly place: Place;
}

/** A loop inside a buffer tile: in time, over macros, or over the entries of a row. */
export interface WorkLoop extends NestLoop {
  readonly over: 'time' | 'macros' | 'entries';
}

/** Loops from this index on iterate over what the macro keeps of an operand; Infinity where it keeps nothing. */
export type KeptFrom = Readonly<Record<'weights' | 'activations' | 'partialSums', number>>;

/**
 * A layer's loop nest on three tiers, as other tools' files describe it: loops over buffer tiles, and the loops inside a tile. Still with
 * loops in the foreign order; `mappingOfNest` says which mapping of ours it is.
 */
export interface LayerNest {
  readonly problem: MappingProblem;
  /** `macro.entries` are those offered; fewer may be used. */
  readonly machine: Machine;
  /** Outermost first. */
  readonly tiles: readonly NestLoop[];
  /** Outermost first. */
  readonly work: readonly WorkLoop[];
  readonly kept: KeptFrom;
  /** Dimensions that run as one inside a tile, with the tile's size along each. */
  readonly runs: Readonly<Partial<Record<Run, readonly number[]>>>;
  /** Name of one of our dataflows, where the file says it; the tile inside the macro is read off the loops. */
  readonly dataflow: string | null;
  /** Where the mapping stands, for what concerns all of it. */
  readonly place: Place;
}

/** Sizes of the problem's dimensions. */
export function nestSizes(problem: MappingProblem): Readonly<Record<NestDimension, number>> {
  return {
    batch: problem.batch,
    group: problem.groups,
    outputs: problem.outputs,
    rows: problem.rows.outputs,
    columns: problem.columns.outputs,
    channels: problem.channels,
    kernelRows: problem.rows.taps,
    kernelColumns: problem.columns.taps,
    weightDigits: problem.weightDigits,
    activationDigits: problem.activationDigits,
  };
}
