import { createHash } from 'node:crypto';
import { encodeModel, type FloatTensor, type Model } from '@tally/core';
import type { Pixels } from '../calibrate/pixels.ts';
import { readCheckpointFile, writeCheckpointFile, type CheckpointKind } from '../io/checkpoint-file.ts';
import type { ReconstructOptions } from './options.ts';
import type { BlockReport } from './reconstruct.ts';

interface Position {
  /** Of the blocks done. */
  readonly reports: readonly BlockReport[];
}

/** A reconstruction after some of its blocks. */
export interface ReconstructionCheckpoint extends Position {
  /** What is reconstructed, from which images and how; a run resumes only its own checkpoints. */
  readonly identity: string;
  /** Parameters that these blocks changed. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
}

const KIND: CheckpointKind<Position> = {
  magic: 'TALLYREC',
  isPosition: (value): value is Position => Array.isArray((value as Partial<Position>).reports),
  what: 'a reconstruction after some blocks',
  otherWriter: 'a reconstruction with another network, other images, options or seed',
};

/** Identity of a run: the same one gives the same bytes. The number of threads is not part of it. */
export function runIdentity(
  model: Model,
  parent: Model,
  images: Pixels,
  options: ReconstructOptions,
): string {
  const hash = createHash('sha256');
  hash.update(encodeModel(model)).update(encodeModel(parent)).update(images.data);
  return hash.update(JSON.stringify({ ...options, threads: undefined })).digest('hex');
}

/** Writes a checkpoint atomically: a kill leaves the old one or the new one. */
export function writeReconstruction(path: string, checkpoint: ReconstructionCheckpoint): void {
  const { identity, reports, parameters } = checkpoint;
  writeCheckpointFile(path, KIND, { identity, position: { reports }, tensors: parameters });
}

/**
 * Reads the checkpoint at `path` for the run `identity`; null when there is none.
 *
 * @throws TallyError when the file is broken or belongs to another run.
 */
export async function readReconstruction(
  path: string,
  identity: string,
): Promise<ReconstructionCheckpoint | null> {
  const read = await readCheckpointFile(path, KIND, identity);
  return read === null ? null : { identity, reports: read.position.reports, parameters: read.tensors };
}
