import { readFile } from 'node:fs/promises';
import { fail, type LevelHistogram } from '@tally/core';
import { writeAllAtomically } from '../io/outputs.ts';
import { failUnreadable } from '../io/read.ts';
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

/** Writes a state atomically: a kill leaves the old one or the new one. */
export function writeState(path: string, state: EvaluationState): void {
  const histograms = [...state.histograms].map(([id, { counts, ...rest }]) => ({
    id,
    ...rest,
    counts: Buffer.from(counts.buffer, counts.byteOffset, counts.byteLength).toString('base64'),
  }));
  writeAllAtomically([
    { path, content: `${JSON.stringify({ kind: KIND, version: 1, ...state, histograms })}\n` },
  ]);
}

interface StoredHistogram extends Omit<LevelHistogram, 'counts'> {
  readonly id: string;
  readonly counts: string;
}

type StoredState = Omit<EvaluationState, 'histograms'> & { readonly histograms: readonly StoredHistogram[] };

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** Whether a JSON value is what {@link writeState} wrote. */
function isStoredState(value: unknown): value is StoredState {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, version, identity, done, skipped, hits, histograms } = value as Readonly<
    Record<string, unknown>
  >;
  if (kind !== KIND || version !== 1 || typeof identity !== 'string' || !isCount(done)) return false;
  if (!Array.isArray(skipped) || !skipped.every((reason) => typeof reason === 'string')) return false;
  if (typeof hits !== 'object' || hits === null || !Array.isArray(histograms)) return false;
  const { images, top1, top5 } = hits as Readonly<Record<string, unknown>>;
  if (![images, top1, top5].every(isCount)) return false;
  if (Number(top1) > Number(top5) || Number(images) + skipped.length !== done) return false;
  return histograms.every((item: Partial<StoredHistogram> | null) => {
    const { id, counts, images: summed, digitBits, digits, positions } = item ?? {};
    if (typeof id !== 'string' || typeof counts !== 'string') return false;
    if (summed !== images || ![digitBits, digits, positions].every(isCount)) return false;
    const elements = Number(positions) * Number(digits) * 2 ** Number(digitBits);
    return Buffer.from(counts, 'base64').length === 8 * elements;
  });
}

function readHistogram({ id, counts, ...rest }: StoredHistogram): [string, LevelHistogram] {
  const bytes = Uint8Array.from(Buffer.from(counts, 'base64'));
  return [id, { ...rest, counts: new Float64Array(bytes.buffer) }];
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
  if (!isStoredState(stored)) {
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
  return { identity, done, skipped, hits, histograms: new Map(stored.histograms.map(readHistogram)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
