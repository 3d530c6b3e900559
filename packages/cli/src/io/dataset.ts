import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fail, TallyError } from '@tally/core';
import { readIdxImages, readIdxLabels, readLabelledImages, type IdxImages } from './idx.ts';
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
 * @throws TallyError `unknown-dataset`, and what the IDX reader refuses
 */
export async function readDataset(data: string, labels: string | null): Promise<Dataset> {
  const path = locate(data);
  if (statSync(path).isDirectory()) {
    if (labels !== null) {
      fail(
        'labels-without-images',
        '--labels',
        `${data} is a folder and has its own labels`,
        'leave --labels out, or name a file of images with --data',
      );
    }
    const images = await under(path, () => readLabelledImages(path, 't10k'));
    return { ...images, name: basename(resolve(path)) };
  }
  const images = await under(dirname(path), () => readIdxImages(path));
  const name = basename(path).replace(/\.gz$/, '');
  if (labels === null) return { ...images, name, labels: null };
  const read = await under(dirname(labels), () => readIdxLabels(labels));
  if (read.count !== images.count) {
    fail(
      'idx-count-mismatch',
      labels,
      `has ${read.count} labels for ${images.count} images`,
      'take both files from one data set',
    );
  }
  return { ...images, name, labels: read.labels };
}

function locate(data: string): string {
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

/** Gives issues of the IDX reader, which name a file, the folder they lie in. */
async function under<T>(folder: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    throw new TallyError(
      error.issues.map((issue) => ({
        ...issue,
        path: issue.path.startsWith(folder) ? issue.path : join(folder, issue.path),
      })),
    );
  }
}
