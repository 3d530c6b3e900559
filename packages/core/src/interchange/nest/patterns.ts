import type { NestLoop } from './nest.ts';

/** A place in the nest of a dataflow; `...Tile` are the loops over what the macro holds at once. */
export type Slot =
  | 'outputs'
  | 'outputTile'
  | 'pixels'
  | 'pixelTile'
  | 'chunks'
  | 'chunkTile'
  | 'weightDigits'
  | 'activationDigits';

/**
 * The loops of our dataflows inside a share of a tile, outermost first (docs/mapping.md). A dataflow that is not here is not recognised
 * in foreign nests.
 */
export const NEST_PATTERNS: Readonly<Record<string, readonly Slot[]>> = {
  'weight-stationary': ['outputs', 'chunks', 'weightDigits', 'activationDigits', 'pixels', 'outputTile'],
  'output-stationary': [
    'outputs',
    'pixels',
    'weightDigits',
    'activationDigits',
    'chunks',
    'outputTile',
    'pixelTile',
  ],
  'input-stationary': ['pixels', 'chunks', 'activationDigits', 'weightDigits', 'outputs', 'pixelTile'],
  'weight-output-stationary': [
    'outputs',
    'chunks',
    'weightDigits',
    'activationDigits',
    'pixels',
    'chunkTile',
    'outputTile',
  ],
  'input-output-stationary': [
    'pixels',
    'chunks',
    'activationDigits',
    'weightDigits',
    'outputs',
    'chunkTile',
    'pixelTile',
  ],
};

/** Which slots take a loop. */
function fits(loop: NestLoop, slot: Slot): boolean {
  switch (loop.dimension) {
    case 'outputs':
    case 'outputRuns':
      return slot === 'outputs' || slot === 'outputTile';
    case 'rows':
    case 'columns':
    case 'pixelRuns':
      return slot === 'pixels' || slot === 'pixelTile';
    case 'channels':
    case 'kernelRows':
    case 'kernelColumns':
    case 'entryRuns':
      return slot === 'chunks' || slot === 'chunkTile';
    case 'weightDigits':
    case 'activationDigits':
      return slot === loop.dimension;
    case 'batch':
    case 'group':
      return false;
    default:
      return loop.dimension satisfies never;
  }
}

/** More ways than this are not tried: a nest has at most a dozen loops that iterate. */
const MOST_WAYS = 4096;

/** Every way of laying the loops, in their order, into the slots of a pattern: per loop the index of its slot. */
export function layings(
  loops: readonly NestLoop[],
  pattern: readonly Slot[],
): readonly (readonly number[])[] {
  const found: number[][] = [];
  const lay = (taken: readonly number[]): void => {
    if (found.length >= MOST_WAYS) return;
    if (taken.length === loops.length) {
      found.push([...taken]);
      return;
    }
    for (let slot = taken.at(-1) ?? 0; slot < pattern.length; slot++) {
      if (fits(loops[taken.length], pattern[slot])) lay([...taken, slot]);
    }
  };
  lay([]);
  return found;
}
