import { inferenceGraph, type Normalization } from '@tally/core';
import { readModelFile } from '../io/model-file.ts';

/** The full-precision network that a student imitates. */
export interface Teacher {
  readonly file: string;
  readonly sha256: string;
  /** Its inference graph: logits of one batch of images. */
  readonly graph: Uint8Array;
}

/**
 * Reads the model or ONNX file of a teacher.
 *
 * @param batch images of every run
 * @throws TallyError when it cannot be read.
 */
export async function readTeacher(
  path: string,
  normalization: Normalization | null,
  batch: number,
): Promise<Teacher> {
  const { model, file, sha256 } = await readModelFile(path, normalization);
  return { file, sha256, graph: inferenceGraph(model, { batch }) };
}
