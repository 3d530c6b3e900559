import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeModel, fail, graphNames, inferenceGraph } from '@tally/core';
import type { Tensor } from 'onnxruntime-node';
import { openSession, outputOf } from './session.ts';

/** The full-precision network that a student imitates. */
export interface Teacher {
  readonly file: string;
  readonly sha256: string;
  /** Logits `[batch, classes]` of one batch of images. */
  logits(images: Tensor): Promise<Tensor>;
  close(): Promise<void>;
}

/** Opens the model file of a teacher for batches of one size. @throws TallyError when it cannot be read. */
export async function openTeacher(
  path: string,
  options: { readonly batch: number; readonly threads: number },
): Promise<Teacher> {
  const bytes = await readFile(path).catch(() =>
    fail('file-missing', path, 'cannot be read', 'name the model file of a full-precision network'),
  );
  const session = await openSession(
    inferenceGraph(decodeModel(bytes, basename(path)), options),
    options.threads,
  );
  return {
    file: basename(path),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    logits: async (images) => outputOf(await session.run({ [graphNames.images]: images }), graphNames.logits),
    close: () => session.release(),
  };
}
