import {
  fail,
  inferenceGraph,
  valueShapes,
  weightShapesOf,
  type Model,
  type Normalization,
} from '@tally/core';
import { readModelFile } from '../io/model-file.ts';

/** The full-precision network that a student imitates. */
export interface Teacher {
  readonly file: string;
  readonly sha256: string;
  /** Its inference graph: logits of one batch of images. */
  readonly graph: Uint8Array;
}

/** Shapes of what a network reads and of its logits. */
function endsOf({ graph, parameters }: Model): { readonly input: string; readonly logits: string } {
  const logits = valueShapes(graph, weightShapesOf(graph, parameters)).get(graph.output) ?? [];
  return { input: graph.input.shape.join('×'), logits: logits.join('×') };
}

/** How a teacher answers. */
export interface TeacherOptions {
  /** What an ONNX file expects of its images; null: x / 255. */
  readonly normalization: Normalization | null;
  /** Images of every run. */
  readonly batch: number;
  /** With the mean over each image and its mirror image. */
  readonly mirrored: boolean;
}

/**
 * Reads the model or ONNX file of a teacher.
 *
 * @param student whose images it answers for
 * @throws TallyError when it cannot be read; `teacher-mismatch` when it reads other images or knows other classes than the student
 */
export async function readTeacher(
  path: string,
  { normalization, ...options }: TeacherOptions,
  student: Model,
): Promise<Teacher> {
  const { model, file, sha256 } = await readModelFile(path, normalization);
  const [theirs, ours] = [endsOf(model), endsOf(student)];
  if (theirs.input !== ours.input || theirs.logits !== ours.logits) {
    fail(
      'teacher-mismatch',
      path,
      `reads ${theirs.input} and gives ${theirs.logits} logits, the student ${ours.input} and ${ours.logits}`,
      'name a teacher for the same images and classes',
    );
  }
  return { file, sha256, graph: inferenceGraph(model, options) };
}
