import type { ImageArray } from '../data/in-memory.ts';
import { cifar10Folder, readCifar10, type Cifar10Images } from '../data/cifar10.ts';
import { readLabelledImages, type LabelledImages } from '../io/idx.ts';

/** Labelled images of one shape, all in memory. */
export interface LabelledSet extends ImageArray {
  readonly labels: Uint8Array;
}

/** What a training run reads. */
export interface TrainingData {
  readonly train: LabelledSet;
  readonly test: LabelledSet;
  /** Pixels of padding before the random crop that suit the images. */
  readonly cropPadding: number;
}

const grey = ({ images, labels, count, rows, columns }: LabelledImages): LabelledSet => ({
  images,
  labels,
  count,
  shape: [1, rows, columns],
});
const colour = ({ images, labels, count }: Cifar10Images): LabelledSet => ({
  images,
  labels,
  count,
  shape: [3, 32, 32],
});

/**
 * Reads the training and the test images of a folder: CIFAR-10 in its binary version where there are
 * such files (crop padding 4, as is usual for it), else the four IDX files (crop padding 2).
 *
 * @throws TallyError for missing or malformed files.
 */
export async function readTrainingData(directory: string): Promise<TrainingData> {
  if (cifar10Folder(directory) !== null) {
    return {
      train: colour(await readCifar10(directory, 'train')),
      test: colour(await readCifar10(directory, 'test')),
      cropPadding: 4,
    };
  }
  return {
    train: grey(await readLabelledImages(directory, 'train')),
    test: grey(await readLabelledImages(directory, 't10k')),
    cropPadding: 2,
  };
}
