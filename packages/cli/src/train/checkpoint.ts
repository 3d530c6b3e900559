import type { FloatTensor } from '@tally/core';
import { readCheckpointFile, writeCheckpointFile, type CheckpointKind } from '../io/checkpoint-file.ts';

/** Sums over the steps of the running epoch. */
export interface EpochSums {
  readonly loss: number;
  readonly correct: number;
  readonly steps: number;
}

interface Position {
  /** Steps done. */
  readonly step: number;
  readonly sums: EpochSums;
}

/** Everything that a training run is at one moment; random streams are functions of seed and position. */
export interface Checkpoint extends Position {
  /** What is trained and how, as text; a run resumes only its own checkpoints. */
  readonly identity: string;
  /** Parameters and momenta by graph input name. */
  readonly state: ReadonlyMap<string, FloatTensor>;
}

const KIND: CheckpointKind<Position> = {
  magic: 'TALLYCKP',
  isPosition: (value): value is Position => {
    const { step, sums } = value as Partial<Position>;
    return typeof step === 'number' && sums !== undefined;
  },
  what: 'a training position',
  otherWriter: 'a run with another network, data, seed or hyperparameters',
};

/** Writes a checkpoint atomically: a kill leaves the old one or the new one. */
export function writeCheckpoint(path: string, { identity, step, sums, state }: Checkpoint): void {
  writeCheckpointFile(path, KIND, { identity, position: { step, sums }, tensors: state });
}

/**
 * Reads the checkpoint at `path` for the run `identity`; null when there is none.
 *
 * @throws TallyError when the file is broken or belongs to another run.
 */
export async function readCheckpoint(path: string, identity: string): Promise<Checkpoint | null> {
  const read = await readCheckpointFile(path, KIND, identity);
  if (read === null) return null;
  const { step, sums } = read.position;
  return { identity, step, sums, state: read.tensors };
}
