import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fail } from '@tally/core';
import {
  checkLabels,
  labelledImageFiles,
  readIdxImages,
  readIdxLabels,
  readLabelledImages,
  type IdxImages,
} from './idx.ts';
import { shippedRoot } from './root.ts';
import { remedyForUnknown } from './suggest.ts';

/** Images to run, with their labels where the data set has them. */
export interface Dataset extends IdxImages {
  readonly name: string;
  readonly labels: Uint8Array | null;
}

/** Where the Debian packages of data sets put them. */
const SYSTEM_FOLDER = '/usr/share/datasets';

/** Folders with a data set per folder, the first match wins. */
function searchFolders(): readonly string[] {
  const root = shippedRoot();
  return root === null ? [SYSTEM_FOLDER] : [join(root, 'data', 'images'), SYSTEM_FOLDER];
}

/** Names that `--data` knows: the data sets that come with Tally, then those installed on the system. */
export function datasetNames(): readonly string[] {
  const names = searchFolders()
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  return [...new Set(names)].sort();
}

/**
 * Reads the test images of a data set.
 *
 * @param data a known name (`fashion-mnist`), a folder with `t10k-images-idx3-ubyte` and
 * `t10k-labels-idx1-ubyte` (plain or `.gz`), or one IDX file of images
 * @param labels an IDX file of labels, only with one file of images; without it accuracy is not known
 * @param classes number of classes, which every label must be below
 * @throws TallyError `unknown-dataset`, `label-out-of-range`, and what the IDX reader refuses
 */
export async function readDataset(data: string, labels: string | null, classes: number): Promise<Dataset> {
  const path = locateDataset(data);
  if (statSync(path).isDirectory()) {
    if (labels !== null) {
      fail(
        'labels-without-images',
        '--labels',
        `${data} is a folder and has its own labels`,
        'leave --labels out, or name a file of images with --data',
      );
    }
    const images = await readLabelledImages(path, 't10k', classes);
    return { ...images, name: basename(resolve(path)) };
  }
  const images = await readIdxImages(path);
  const name = basename(path).replace(/\.gz$/, '');
  if (labels === null) return { ...images, name, labels: null };
  const read = await readIdxLabels(labels);
  if (read.count !== images.count) {
    fail(
      'idx-count-mismatch',
      labels,
      `has ${read.count} labels for ${images.count} images`,
      'take both files from one data set',
    );
  }
  checkLabels(read.labels, classes, labels);
  return { ...images, name, labels: read.labels };
}

/**
 * Files that {@link readDataset} may read; not all of them exist.
 *
 * @throws TallyError `unknown-dataset`
 */
export function datasetFiles(data: string, labels: string | null): readonly string[] {
  const path = locateDataset(data);
  const files = statSync(path).isDirectory() ? Object.values(labelledImageFiles(path, 't10k')) : [path];
  return [...files, ...(labels === null ? [] : [labels])].flatMap((file) => [file, `${file}.gz`]);
}

/**
 * Path of a data set by known name or path.
 *
 * @throws TallyError `unknown-dataset`
 */
export function locateDataset(data: string): string {
  if (existsSync(data)) return data;
  for (const candidate of searchFolders().map((folder) => join(folder, data))) {
    if (existsSync(candidate)) return candidate;
  }
  return fail(
    'unknown-dataset',
    '--data',
    `there is no data set named ${data} and no such folder or file`,
    `${remedyForUnknown(data, datasetNames())}, or name a folder with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte`,
  );
}
