import { createHash } from 'node:crypto';
import { augmentImage, Random } from '@tally/core';
import { checkIndex, type Dataset, type DatasetKind } from './dataset.ts';

/** Share of its side by which a view of an image is shifted, at most: 4 pixels of CIFAR-10's 32, as is usual. */
const MOST_SHIFT = 1 / 8;

/** Labelled images of one shape, all in memory. */
export interface ImageArray {
  /** `count` x channels x rows x columns, codes 0 to 255. */
  readonly images: Uint8Array;
  /** One class index per image; null without labels. */
  readonly labels: Uint8Array | null;
  readonly count: number;
  readonly shape: readonly [number, number, number];
}

/** A {@link Dataset} over images that are in memory already. */
export function inMemoryDataset(
  name: string,
  kind: DatasetKind,
  classes: number,
  { images, labels, count, shape }: ImageArray,
): Dataset {
  const size = shape[0] * shape[1] * shape[2];
  const hash = createHash('sha256').update(`tally dataset 1\n${kind}\n${classes}\n${shape.join('x')}\n`);
  hash.update(labels ?? 'no labels').update(images);
  return {
    name,
    kind,
    classes,
    length: count,
    shape,
    identity: hash.digest('hex'),
    label(index) {
      checkIndex(index, count);
      return labels?.[index] ?? null;
    },
    source: (index) => `${name}: image ${index}`,
    async read(index) {
      checkIndex(index, count);
      return Promise.resolve(images.slice(index * size, (index + 1) * size));
    },
    async view(index, seed, number) {
      checkIndex(index, count);
      const made = new Uint8Array(size);
      const padding = Math.floor(Math.max(shape[1], shape[2]) * MOST_SHIFT);
      const random = new Random(seed, 'view', index, number);
      augmentImage(images.subarray(index * size, (index + 1) * size), made, shape, random, {
        padding,
        flip: true,
      });
      return Promise.resolve(made);
    },
    close: () => Promise.resolve(),
  };
}
