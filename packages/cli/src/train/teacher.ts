import { graphNames, inferenceGraph, type Normalization } from '@tally/core';
import type { Tensor } from 'onnxruntime-node';
import { readModelFile } from '../io/model-file.ts';
import { openSession, outputOf } from './session.ts';

/** The full-precision network that a student imitates. */
export interface Teacher {
  readonly file: string;
  readonly sha256: string;
  /** Logits `[batch, classes]` of one batch of images. */
  logits(images: Tensor): Promise<Tensor>;
  close(): Promise<void>;
}

/** Opens the model or ONNX file of a teacher for batches of one size. @throws TallyError when it cannot be read. */
export async function openTeacher(
  path: string,
  options: {
    readonly batch: number;
    readonly threads: number;
    readonly normalization: Normalization | null;
  },
): Promise<Teacher> {
  const { model, file, sha256 } = await readModelFile(path, options.normalization);
  const session = await openSession(inferenceGraph(model, options), options.threads);
  return {
    file,
    sha256,
    logits: async (images) => outputOf(await session.run({ [graphNames.images]: images }), graphNames.logits),
    close: () => session.release(),
  };
}
