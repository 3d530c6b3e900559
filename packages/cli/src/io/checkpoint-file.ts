import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeContainer, encodeContainer, fail, type FloatTensor } from '@tally/core';
import { writeAllAtomically } from './outputs.ts';

const VERSION = 1;

/** Files of one kind that long work leaves behind and goes on from. */
export interface CheckpointKind<Position> {
  /** First eight characters of the file. */
  readonly magic: string;
  /** Whether a document is a position of this kind. */
  readonly isPosition: (value: unknown) => value is Position;
  /** What it is, for messages, e.g. `a training position`. */
  readonly what: string;
  /** Who wrote a checkpoint of another identity, e.g. `a run with another network or seed`. */
  readonly otherWriter: string;
}

/** Where the work was: its position as JSON data, and its tensors. */
export interface CheckpointContent<Position> {
  /** What is worked on and how, as text; work goes on from its own checkpoints only. */
  readonly identity: string;
  readonly position: Position;
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

/** Writes a checkpoint atomically: a kill leaves the old one or the new one. */
export function writeCheckpointFile<Position extends object>(
  path: string,
  { magic }: CheckpointKind<Position>,
  { identity, position, tensors }: CheckpointContent<Position>,
): void {
  const content = { identity, ...position };
  writeAllAtomically([{ path, content: encodeContainer({ magic, version: VERSION, content, tensors }) }]);
}

/**
 * Reads the checkpoint at `path` of the work `identity`; null when there is none.
 *
 * @throws TallyError when the file is broken or belongs to other work.
 */
export async function readCheckpointFile<Position extends object>(
  path: string,
  { magic, isPosition, what, otherWriter }: CheckpointKind<Position>,
  identity: string,
): Promise<CheckpointContent<Position> | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const name = basename(path);
  const { content, tensors } = decodeContainer(bytes, magic, VERSION, name);
  const { identity: written } = (content ?? {}) as { readonly identity?: unknown };
  if (typeof written !== 'string' || !isPosition(content)) {
    return fail(
      'file-header-invalid',
      `${name}.header.content`,
      `is not ${what}`,
      'start again without --resume',
    );
  }
  if (written !== identity) {
    fail(
      'checkpoint-of-another-run',
      name,
      `was written by ${otherWriter}`,
      'repeat the command of that run, or start again without --resume',
    );
  }
  return { identity, position: content, tensors };
}
