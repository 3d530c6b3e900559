import { readFile } from 'node:fs/promises';
import { fail, type LevelHistogram } from '@tally/core';
import { writeAllAtomically } from '../io/outputs.ts';
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
    throw error;
  }
  let stored: (Omit<EvaluationState, 'histograms'> & { kind?: string; histograms: StoredHistogram[] }) | null;
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch {
    stored = null;
  }
  if (stored?.kind !== KIND) {
    return fail(
      'state-malformed',
      path,
      'is not the state of an evaluation',
      'name the file that --state wrote, or another name to begin anew',
    );
  }
  if (stored.identity !== identity) {
    fail(
      'state-of-another-run',
      path,
      'belongs to another network, data set, chip or range of images',
      'repeat the command that wrote it, or name another file',
    );
  }
  const { done, skipped, hits } = stored;
  return { identity, done, skipped, hits, histograms: new Map(stored.histograms.map(readHistogram)) };
}
