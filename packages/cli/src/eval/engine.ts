import type { EvaluationForm, LevelHistogram, Shape } from '@tally/core';

/** Scores `[count, classes]`, in the arithmetic of their engine. */
export type Scores = Float32Array | Float64Array | Int32Array;

/** A network that is ready to score images, whatever its arithmetic. */
export interface ScoreEngine {
  readonly form: EvaluationForm;
  readonly name: string;
  /** SHA-256 of what is evaluated: the network's content hash, or that of the model's or ONNX file. */
  readonly hash: string;
  /** Shape of an image, channels first. */
  readonly shape: Shape;
  readonly classes: number;
  /** Images that one call takes well. */
  readonly chunk: number;
  /**
   * Scores `[count, classes]`; the class is the first maximum. The scores of an image depend on that
   * image alone, not on its neighbours or on the number of threads.
   *
   * @param images uint8 `[count, ...shape]`.
   */
  score(images: Uint8Array, count: number): Promise<Scores>;
  /**
   * Level histograms of all images scored so far, for counting; empty where nothing is counted. They are gathered from
   * all threads: not to be asked for after every chunk, nor after a call of {@link score} that failed, which left
   * some of its images in them.
   */
  histograms(): ReadonlyMap<string, LevelHistogram> | Promise<ReadonlyMap<string, LevelHistogram>>;
  close(): Promise<void>;
}
