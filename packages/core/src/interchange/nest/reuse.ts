import type { Operand } from '../../mapping/index.ts';
import type { LayerNest, NestDimension, NestLoop, Run, WorkLoop } from './nest.ts';
import type { Slot } from './patterns.ts';
import { DIMENSION_NAMES } from './sizes.ts';

/** Dimensions that tell elements of an operand apart; loops over others use the same elements again. */
const DIMENSIONS_OF: Readonly<Record<Operand, readonly (NestDimension | Run)[]>> = {
  weights: [
    'group',
    'outputs',
    'outputRuns',
    'channels',
    'kernelRows',
    'kernelColumns',
    'entryRuns',
    'weightDigits',
  ],
  activations: [
    'batch',
    'group',
    'rows',
    'columns',
    'pixelRuns',
    'channels',
    'kernelRows',
    'kernelColumns',
    'entryRuns',
    'activationDigits',
  ],
  partialSums: ['batch', 'group', 'outputs', 'outputRuns', 'rows', 'columns', 'pixelRuns'],
};

/** Slots for each of whose iterations a dataflow loads (sums: restores) an operand again; the table of docs/mapping.md. */
const RELOADS: Readonly<Record<string, Readonly<Record<Operand, readonly Slot[]>>>> = {
  'weight-stationary': {
    weights: [],
    activations: ['outputs', 'weightDigits'],
    partialSums: ['chunks', 'weightDigits', 'activationDigits'],
  },
  'output-stationary': {
    weights: ['pixels', 'activationDigits'],
    activations: ['outputs', 'weightDigits'],
    partialSums: [],
  },
  'input-stationary': {
    weights: ['pixels', 'activationDigits'],
    activations: [],
    partialSums: ['chunks', 'weightDigits', 'activationDigits'],
  },
  'weight-output-stationary': {
    weights: [],
    activations: ['outputs', 'weightDigits'],
    partialSums: ['chunks', 'weightDigits', 'activationDigits'],
  },
  'input-output-stationary': {
    weights: ['pixels', 'activationDigits'],
    activations: [],
    partialSums: ['chunks', 'weightDigits', 'activationDigits'],
  },
};

export function isRelevant(operand: Operand, { dimension }: Pick<NestLoop, 'dimension'>): boolean {
  return DIMENSIONS_OF[operand].includes(dimension);
}

const iterates = ({ count }: NestLoop): boolean => count > 1;

function timeLoops(nest: LayerNest): readonly WorkLoop[] {
  return nest.work.filter((loop) => loop.over === 'time' && iterates(loop));
}

/**
 * Loops in time for each of whose iterations the file's hardware brings an operand into the macro again: those that use the same elements,
 * but let others pass through the storage in between. What no storage holds is brought for every step.
 */
export function fileReloads(nest: LayerNest, operand: Operand): ReadonlySet<NestLoop> {
  const kept = nest.kept[operand];
  const work = timeLoops(nest);
  const loops: readonly NestLoop[] = [...nest.tiles.filter(iterates), ...work];
  if (kept === Infinity) return new Set(loops.filter((loop) => !isRelevant(operand, loop)));
  const inside = new Set<NestLoop>(nest.work.slice(kept));
  const outside = loops.filter((loop) => !inside.has(loop));
  const last = outside.findLastIndex((loop) => isRelevant(operand, loop));
  return new Set(outside.slice(0, last + 1).filter((loop) => !isRelevant(operand, loop)));
}

/** The same for a dataflow of ours: some of the loops inside a tile, and every loop over tiles, as macros start a tile empty. */
export function ourReloads(
  nest: LayerNest,
  operand: Operand,
  dataflow: string,
  slotOf: ReadonlyMap<NestLoop, Slot>,
): ReadonlySet<NestLoop> {
  const slots: readonly Slot[] = RELOADS[dataflow][operand];
  const inside = timeLoops(nest).filter((loop) => {
    const slot = slotOf.get(loop);
    return slot !== undefined && slots.includes(slot);
  });
  const tiles = nest.tiles.filter((loop) => iterates(loop) && !isRelevant(operand, loop));
  return new Set([...tiles, ...inside]);
}

/** Loops of one set that are not in the other. */
export function without(all: ReadonlySet<NestLoop>, others: ReadonlySet<NestLoop>): readonly NestLoop[] {
  return [...all].filter((loop) => !others.has(loop));
}

export function showLoops(loops: Iterable<NestLoop>): string {
  return [...loops].map(({ dimension, count }) => `${DIMENSION_NAMES[dimension]} ${count}`).join(', ');
}
