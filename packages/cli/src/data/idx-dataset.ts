import { readDataset } from '../io/dataset.ts';
import { readLabelledImages } from '../io/idx.ts';
import { basename, resolve } from 'node:path';
import type { Dataset } from './dataset.ts';
import { inMemoryDataset } from './in-memory.ts';
import { isFolder } from './picture-files.ts';

/**
 * Opens IDX files: a folder with `t10k-...` (or for the training split `train-...`) images and labels, or one file of images.
 *
 * @param labels IDX file of labels beside one file of images
 * @param classes null takes 10, as many as all data sets usual in this format have
 * @throws TallyError what the IDX readers refuse
 */
export async function openIdx(
  path: string,
  labels: string | null,
  classes: number | null,
  split: 'train' | 'test',
): Promise<Dataset> {
  const count = classes ?? 10;
  const train = split === 'train' && isFolder(path);
  const read = train
    ? { ...(await readLabelledImages(path, 'train', count)), name: `${basename(resolve(path))} (train)` }
    : await readDataset(path, labels, count);
  return inMemoryDataset(read.name, 'idx', count, { ...read, shape: [1, read.rows, read.columns] });
}
