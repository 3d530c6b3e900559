import { createHash } from 'node:crypto';
import { checkIndex, type Dataset, type DatasetKind } from './dataset.ts';

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
    close: () => Promise.resolve(),
  };
}
