import { augmentImage, mixImages, Random, type Augmentation } from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import type { LabelledSet } from './data.ts';

/** Images and labels as a graph takes them. */
export interface Batch {
  /** uint8 `[batch, channels, rows, columns]`. */
  readonly images: Tensor;
  /** int64 `[batch]`. */
  readonly labels: Tensor;
}

/** Full batches per epoch; the images left over are dropped (others each epoch). */
export function stepsPerEpoch(data: LabelledSet, batch: number): number {
  return Math.floor(data.count / batch);
}

/** The order in which an epoch visits the images: a function of seed and epoch alone. */
export function epochOrder(data: LabelledSet, seed: number, epoch: number): Uint32Array {
  return new Random(seed, 'order', epoch).permutation(data.count);
}

/** Training batch number `step` (0 is the first) of an epoch, augmented: a function of seed, epoch and step. */
export function trainingBatch(
  data: LabelledSet,
  order: Uint32Array,
  seed: number,
  epoch: number,
  step: number,
  batch: number,
  augmentation: Augmentation,
): Batch {
  const { shape } = data;
  const size = shape[0] * shape[1] * shape[2];
  const random = new Random(seed, 'augment', epoch, step);
  const images = new Uint8Array(batch * size);
  const labels = new BigInt64Array(batch);
  for (let i = 0; i < batch; i++) {
    const index = order[step * batch + i] ?? 0;
    augmentImage(
      data.images.subarray(index * size, (index + 1) * size),
      images.subarray(i * size, (i + 1) * size),
      shape,
      random,
      augmentation,
    );
    labels[i] = BigInt(data.labels[index] ?? 0);
  }
  const { mixup = 0 } = augmentation;
  if (mixup > 0) mixImages(images, size, new Random(seed, 'mixup', epoch, step), mixup);
  return {
    images: new Tensor('uint8', images, [batch, ...shape]),
    labels: new Tensor('int64', labels, [batch]),
  };
}

/** Images `start` .. `start + batch - 1` as they are; past the end, the last image repeats. */
export function plainBatch(data: LabelledSet, start: number, batch: number): Batch {
  const { shape } = data;
  const size = shape[0] * shape[1] * shape[2];
  const images = new Uint8Array(batch * size);
  const labels = new BigInt64Array(batch);
  for (let i = 0; i < batch; i++) {
    const index = Math.min(start + i, data.count - 1);
    images.set(data.images.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = BigInt(data.labels[index] ?? 0);
  }
  return {
    images: new Tensor('uint8', images, [batch, ...shape]),
    labels: new Tensor('int64', labels, [batch]),
  };
}
