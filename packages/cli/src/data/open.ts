import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { fail, TRANSFORMS, transformText, type Transform } from '@tally/core';
import { locateDataset } from '../io/dataset.ts';
import { failUnreadable } from '../io/read.ts';
import { cifar10Folder, openCifar10 } from './cifar10.ts';
import { hasClassFolders, listClassFolders } from './class-folders.ts';
import type { Dataset } from './dataset.ts';
import { readGroundTruth, type GroundTruth } from './ground-truth.ts';
import { openIdx } from './idx-dataset.ts';
import { hasValidationImages, listValidationFolder } from './ilsvrc-folder.ts';
import { listValidationTar } from './ilsvrc-tar.ts';
import { listLabelsCsv } from './labels-csv.ts';
import { openListing } from './listing.ts';
import { isFolder, sortedNames } from './picture-files.ts';
import { isTarHeader } from './tar-index.ts';

/** How to open a data set; what is left out is as the comments say. */
export interface OpenOptions {
  /** `--labels`: a CSV listing, an ILSVRC2012 ground truth, or IDX labels, as the data need. Default: none. */
  readonly labels?: string | null;
  /** `--meta`: `meta.mat` of the ILSVRC2012 development kit; default: beside the ground truth. */
  readonly meta?: string | null;
  /** Number of classes that the network tells apart; default: what the data set says. */
  readonly classes?: number | null;
  /** CIFAR-10 and IDX have two parts; default: `test`. */
  readonly split?: 'train' | 'test';
  /** What is done to pictures (not to CIFAR-10 and IDX, which are of one size); default: `none`. */
  readonly transform?: Transform;
  /** Shape that the network reads: channels, rows, columns; default: that of the data set. */
  readonly shape?: readonly [number, number, number] | null;
  /** Threads that decode pictures beside the calling one; default 0. */
  readonly threads?: number;
}

const IDX_NAME = /^(?:t10k|train)-(?:images-idx3|labels-idx1)-ubyte(?:\.gz)?$/;
const CIFAR_RECORD = 3073;

/**
 * Opens the data set at `data`. Its kind is recognised by looking; the first that fits:
 *
 * | `data`                                                        | `labels`                                  |
 * | ------------------------------------------------------------- | ----------------------------------------- |
 * | any folder                                                    | `.csv` with columns file and class_index  |
 * | folder with `data_batch_*.bin`, `test_batch.bin` (CIFAR-10)   | none                                      |
 * | folder with `t10k-images-idx3-ubyte` ..., or a known name     | none                                      |
 * | folder with `ILSVRC2012_val_*.JPEG`                           | ground truth, see `readGroundTruth`       |
 * | folder with a folder of pictures per class                    | none                                      |
 * | `.tar` with `ILSVRC2012_val_*.JPEG`                           | ground truth                              |
 * | one CIFAR-10 batch file (`.bin`)                              | none                                      |
 * | one IDX file of images                                        | IDX file of labels, or none               |
 *
 * @throws TallyError `unknown-dataset`, `dataset-not-recognised`, `labels-needed`, `labels-not-needed`,
 * `transform-not-possible`, `dataset-shape-mismatch`, and what the reader of the kind refuses
 */
export async function openDataset(data: string, options: OpenOptions = {}): Promise<Dataset> {
  const path = locateDataset(data);
  const { labels = null, classes = null, split = 'test' } = options;
  if (isFolder(path)) {
    if (labels?.toLowerCase().endsWith('.csv') === true) {
      return openPictures(listLabelsCsv(path, labels, classes), options);
    }
    if (cifar10Folder(path) !== null) {
      refuseLabels(path, labels, 'CIFAR-10');
      return checkArrays(await openCifar10(path, split), options);
    }
    if (sortedNames(path).some((name) => IDX_NAME.test(name))) {
      refuseLabels(path, labels, 'a folder of IDX files');
      return checkArrays(await openIdx(path, null, classes, split), options);
    }
    if (hasValidationImages(path)) {
      return openPictures(listValidationFolder(path, truthOf(path, options)), options);
    }
    if (hasClassFolders(path)) {
      refuseLabels(path, labels, 'a folder of class folders');
      return openPictures(listClassFolders(path, classes), options);
    }
    return notRecognised(path);
  }
  const head = readHead(path);
  if (isTarHeader(head)) return openPictures(listValidationTar(path, truthOf(path, options)), options);
  if (path.endsWith('.bin') || head.length === CIFAR_RECORD) {
    refuseLabels(path, labels, 'a CIFAR-10 batch file');
    return checkArrays(await openCifar10(path, split), options);
  }
  if (path.endsWith('.gz') || (head[0] === 0 && head[1] === 0)) {
    return checkArrays(await openIdx(path, labels, classes, split), options);
  }
  return notRecognised(path);
}

function openPictures(listing: Parameters<typeof openListing>[0], options: OpenOptions): Promise<Dataset> {
  const { classes = null, transform = TRANSFORMS.none, shape = null, threads = 0 } = options;
  return openListing({ ...listing, classes: classes ?? listing.classes }, { transform, shape, threads });
}

/** Data sets of fixed shape take no transform, and must be what the network reads. */
function checkArrays(dataset: Dataset, { transform, shape = null, classes = null }: OpenOptions): Dataset {
  if (transform !== undefined && (transform.resize !== null || transform.crop !== null)) {
    fail(
      'transform-not-possible',
      '--transform',
      `is ${transformText(transform)}, images of ${dataset.name} are used as they are`,
      'leave it out; transforms are for folders and archives of pictures',
    );
  }
  if (shape !== null && shape.some((size, axis) => size !== dataset.shape[axis])) {
    fail(
      'dataset-shape-mismatch',
      dataset.name,
      `its images are ${dataset.shape.join('×')}, the network reads ${shape.join('×')}`,
      'choose a data set of that shape, or a network trained for this one',
    );
  }
  if (classes !== null && classes !== dataset.classes) {
    fail(
      'class-count-mismatch',
      dataset.name,
      `has ${dataset.classes} classes, the network tells ${classes} apart`,
      'choose a data set with as many classes',
    );
  }
  return dataset;
}

function truthOf(path: string, { labels = null, meta = null }: OpenOptions): GroundTruth {
  if (labels !== null) return readGroundTruth(labels, meta);
  return fail(
    'labels-needed',
    path,
    'has ILSVRC2012 validation images without their classes',
    'name the ground truth: --labels ILSVRC2012_validation_ground_truth.txt (with meta.mat beside it), or a text with lines "ILSVRC2012_val_00000001.JPEG 65"',
  );
}

function refuseLabels(path: string, labels: string | null, what: string): void {
  if (labels === null) return;
  fail(
    'labels-not-needed',
    '--labels',
    `is ${labels}, but ${path} is ${what} and has its own labels`,
    'leave --labels out, or name a .csv with the columns file and class_index for folders of pictures',
  );
}

function notRecognised(path: string): never {
  const what = isFolder(path)
    ? [
        'CIFAR-10 (data_batch_1.bin, test_batch.bin)',
        'IDX (t10k-images-idx3-ubyte)',
        `ILSVRC2012 validation images (${join(path, 'ILSVRC2012_val_00000001.JPEG')})`,
        'folders of pictures, one for each class',
      ]
    : ['a tar archive', 'a CIFAR-10 batch file (.bin)', 'an IDX file of images'];
  return fail(
    'dataset-not-recognised',
    path,
    `is none of these: ${what.join('; ')}`,
    'name one of them with --data, or give a .csv with the columns file and class_index as --labels',
  );
}

/** The first bytes of a file, enough for a tar header and more than one CIFAR-10 record if there are more. */
function readHead(path: string): Uint8Array {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(CIFAR_RECORD + 1);
      return bytes.subarray(0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return failUnreadable(error, path, 'data set');
  }
}
