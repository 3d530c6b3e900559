import { readFile } from 'node:fs/promises';
import { fail, type LevelHistogram } from '@tally/core';
import { writeAllAtomically } from '../io/outputs.ts';
import { failUnreadable } from '../io/read.ts';
import { packCounts, unpackCounts, type PackedCounts } from './counts.ts';
import type { Hits } from './tally.ts';

/** An evaluation that was interrupted: everything that its rest needs. */
export interface EvaluationState {
  /** What is evaluated on what, as text. */
  readonly identity: string;
  /** Images of the data set that are done, skipped ones included. */
  readonly done: number;
  readonly skipped: readonly string[];
  readonly hits: Hits;
  readonly histograms: ReadonlyMap<string, LevelHistogram>;
}

const KIND = 'tally-evaluation-state';

/** Raised when a field changes its meaning; states of other versions are not read. */
const VERSION = 2;

/** Writes a state atomically: a kill leaves the old one or the new one. */
export function writeState(path: string, state: EvaluationState): void {
  const histograms = [...state.histograms].map(([id, { counts, ...rest }]) => ({
    id,
    ...rest,
    counts: packCounts(counts),
  }));
  writeAllAtomically([
    { path, content: `${JSON.stringify({ kind: KIND, version: VERSION, ...state, histograms })}\n` },
  ]);
}

interface StoredHistogram extends Omit<LevelHistogram, 'counts'> {
  readonly id: string;
  readonly counts: PackedCounts;
}

type StoredState = Omit<EvaluationState, 'histograms'> & { readonly histograms: readonly StoredHistogram[] };

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** Whether a JSON value is what {@link writeState} wrote. */
function isStoredState(value: unknown): value is StoredState {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, version, identity, done, skipped, hits, histograms } = value as Readonly<
    Record<string, unknown>
  >;
  if (kind !== KIND || version !== VERSION || typeof identity !== 'string' || !isCount(done)) return false;
  if (!Array.isArray(skipped) || !skipped.every((reason) => typeof reason === 'string')) return false;
  if (typeof hits !== 'object' || hits === null || !Array.isArray(histograms)) return false;
  const { images, top1, top5 } = hits as Readonly<Record<string, unknown>>;
  if (![images, top1, top5].every(isCount)) return false;
  if (Number(top1) > Number(top5) || Number(images) + skipped.length !== done) return false;
  return histograms.every((item: Partial<StoredHistogram> | null) => {
    const { id, counts, images: summed, digitBits, digits, positions } = item ?? {};
    if (typeof id !== 'string' || typeof counts?.data !== 'string') return false;
    return summed === images && [digitBits, digits, positions].every(isCount);
  });
}

/** The histogram, or null where its counts are not as many as it says. */
function readHistogram({ id, counts, ...rest }: StoredHistogram): readonly [string, LevelHistogram] | null {
  const unpacked = unpackCounts(counts, rest.positions * rest.digits * 2 ** rest.digitBits);
  return unpacked === null ? null : [id, { ...rest, counts: unpacked }];
}

/**
 * Reads the state of the evaluation `identity`; null when the file does not exist.
 *
 * @throws TallyError `state-malformed`, `state-of-another-run`
 */
export async function readState(path: string, identity: string): Promise<EvaluationState | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return failUnreadable(error, path, 'state');
  }
  const stored = parse(text);
  const histograms = isStoredState(stored) ? readHistograms(stored.histograms) : null;
  if (!isStoredState(stored) || histograms === null) {
    return fail(
      'state-malformed',
      path,
      'is not the state of an evaluation, or was changed',
      'name the file that --state wrote, or another name to begin anew',
    );
  }
  if (stored.identity !== identity) {
    fail(
      'state-of-another-run',
      path,
      'belongs to another network, data set, chip, normalisation or range of images',
      'repeat the command that wrote it, or name another file',
    );
  }
  const { done, skipped, hits } = stored;
  return { identity, done, skipped, hits, histograms };
}

function readHistograms(stored: readonly StoredHistogram[]): Map<string, LevelHistogram> | null {
  const read = stored.map(readHistogram).filter((entry) => entry !== null);
  return read.length === stored.length ? new Map(read) : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
