import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeContainer, encodeContainer, fail, type FloatTensor } from '@tally/core';
import { writeAllAtomically } from '../io/outputs.ts';

const MAGIC = 'TALLYCKP';
const VERSION = 1;

/** Sums over the steps of the running epoch. */
export interface EpochSums {
  readonly loss: number;
  readonly correct: number;
  readonly steps: number;
}

/** Everything that a training run is at one moment; random streams are functions of seed and position. */
export interface Checkpoint {
  /** What is trained and how, as text; a run resumes only its own checkpoints. */
  readonly identity: string;
  /** Steps done. */
  readonly step: number;
  readonly sums: EpochSums;
  /** Parameters and momenta by graph input name. */
  readonly state: ReadonlyMap<string, FloatTensor>;
}

/** Writes a checkpoint atomically: a kill leaves the old one or the new one. */
export function writeCheckpoint(path: string, { identity, step, sums, state }: Checkpoint): void {
  const content = { identity, step, sums };
  writeAllAtomically([
    { path, content: encodeContainer({ magic: MAGIC, version: VERSION, content, tensors: state }) },
  ]);
}

/**
 * Reads the checkpoint at `path` for the run `identity`; null when there is none.
 *
 * @throws TallyError when the file is broken or belongs to another run.
 */
export async function readCheckpoint(path: string, identity: string): Promise<Checkpoint | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const { content, tensors } = decodeContainer(bytes, MAGIC, VERSION, basename(path));
  const found = content as Partial<Omit<Checkpoint, 'state'>> | null;
  if (typeof found?.identity !== 'string' || typeof found.step !== 'number' || found.sums === undefined) {
    return fail(
      'file-header-invalid',
      `${basename(path)}.header.content`,
      'is not a training position',
      'start again without --resume',
    );
  }
  if (found.identity !== identity) {
    fail(
      'checkpoint-of-another-run',
      basename(path),
      'was written by a run with another network, data, seed or hyperparameters',
      'repeat the command of that run, or start again without --resume',
    );
  }
  return { identity, step: found.step, sums: found.sums, state: tensors };
}
