import type { Distillation, Normalization, Precision } from '@tally/core';

/** Everything that decides what a training run makes. */
export interface TrainOptions {
  /** Name of the network that is made. */
  readonly name: string;
  /** Directory with the four IDX files, or with CIFAR-10 in its binary version. */
  readonly data: string;
  /** Null trains in full precision, `as-is` with the quantizers of `parent`; else `parent` gets new ones. */
  readonly precision: Precision | 'as-is' | null;
  /** What ONNX files among `parent` and `teacher` expect of their images; null: x / 255. */
  readonly normalization: Normalization | null;
  /** Model or ONNX file to start from; null starts from random weights (full precision only). */
  readonly parent: string | null;
  /** Model or ONNX file of the full-precision network that is imitated; null learns from the labels alone. */
  readonly teacher: string | null;
  /** Read with a teacher only. */
  readonly distillation: Distillation;
  /** The teacher answers with the mean of its logits for each image and its mirror image. */
  readonly mirrorTeacher: boolean;
  /** Pixels added on each side before a random crop; null: what suits the data set. */
  readonly cropPadding: number | null;
  /** Share of the training images into which another is blended, 0 to 1; above 0 with a teacher only. */
  readonly mixup: number;
  readonly epochs: number;
  /** Images per step. */
  readonly batch: number;
  /** Largest learning rate. */
  readonly learningRate: number;
  /** Part of the first epoch-equivalents with a growing learning rate, in epochs. */
  readonly warmupEpochs: number;
  /** The model is the mean of the weights over the steps of the last epochs, at a constant rate; null: the last weights. */
  readonly average: { readonly epochs: number; readonly learningRate: number } | null;
  /** Batch norms keep the statistics of `parent` in every step, as in inference; their scales and offsets are learned. */
  readonly freezeNorms: boolean;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly seed: number;
  /** Model file to write; metrics and checkpoint go beside it. */
  readonly out: string;
  /** Go on from the checkpoint, if there is one. */
  readonly resume: boolean;
  /** Threads of onnxruntime, all replicas together; does not change the result. */
  readonly threads: number;
  /** Equal parts that every batch is trained in at the same time; batch norms see one part each. */
  readonly replicas: number;
  /** Steps between checkpoints (one is also written after each epoch). */
  readonly checkpointSteps: number;
  /** Images of the calibration of activation steps. */
  readonly calibrationImages: number;
}

/** Files of a run, beside its model file. */
export function runFiles(out: string): {
  readonly checkpoint: string;
  readonly log: string;
  readonly metrics: string;
} {
  const stem = out.replace(/\.model$/, '');
  return { checkpoint: `${stem}.checkpoint`, log: `${stem}.metrics.jsonl`, metrics: `${stem}.metrics.json` };
}
