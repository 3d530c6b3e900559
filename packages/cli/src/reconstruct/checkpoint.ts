import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  decodeContainer,
  encodeContainer,
  encodeModel,
  fail,
  type FloatTensor,
  type Model,
} from '@tally/core';
import type { Pixels } from '../calibrate/pixels.ts';
import { writeAllAtomically } from '../io/outputs.ts';
import type { ReconstructOptions } from './options.ts';
import type { BlockReport } from './reconstruct.ts';

const MAGIC = 'TALLYREC';
const VERSION = 1;

/** A reconstruction after some of its blocks. */
export interface ReconstructionCheckpoint {
  /** What is reconstructed, from which images and how; a run resumes only its own checkpoints. */
  readonly identity: string;
  /** Of the blocks done. */
  readonly reports: readonly BlockReport[];
  /** Parameters that these blocks changed. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
}

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
  const content = { identity, reports };
  writeAllAtomically([
    { path, content: encodeContainer({ magic: MAGIC, version: VERSION, content, tensors: parameters }) },
  ]);
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
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const { content, tensors } = decodeContainer(bytes, MAGIC, VERSION, basename(path));
  const found = content as Partial<Omit<ReconstructionCheckpoint, 'parameters'>> | null;
  if (typeof found?.identity !== 'string' || !Array.isArray(found.reports)) {
    return fail(
      'file-header-invalid',
      `${basename(path)}.header.content`,
      'is not a reconstruction after some blocks',
      'start again without --resume',
    );
  }
  if (found.identity !== identity) {
    fail(
      'checkpoint-of-another-run',
      basename(path),
      'was written by a reconstruction with another network, other images, options or seed',
      'repeat the command of that run, or start again without --resume',
    );
  }
  return { identity, reports: found.reports, parameters: tensors };
}
