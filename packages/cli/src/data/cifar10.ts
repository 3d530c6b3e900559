import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fail } from '@tally/core';
import { failUnreadable, isMissing } from '../io/read.ts';
import type { Dataset } from './dataset.ts';
import { inMemoryDataset } from './in-memory.ts';

/** Images of CIFAR-10 (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009). */
export interface Cifar10Images {
  /** `count` x 3 (red, green, blue) x 32 x 32, codes 0 to 255. */
  readonly images: Uint8Array;
  /** Class index 0 to 9 of each image. */
  readonly labels: Uint8Array;
  readonly count: number;
}

export type Cifar10Split = 'train' | 'test';

export const CIFAR10_CLASSES = 10;
export const CIFAR10_SHAPE = [3, 32, 32] as const;

const PIXELS = CIFAR10_SHAPE[0] * CIFAR10_SHAPE[1] * CIFAR10_SHAPE[2];
/** One label byte, then the pixels, channel by channel. */
const RECORD = 1 + PIXELS;
/** The folder that the official archive unpacks to. */
const ARCHIVE_FOLDER = 'cifar-10-batches-bin';
const FILES: Readonly<Record<Cifar10Split, readonly string[]>> = {
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  test: ['test_batch.bin'],
};

/**
 * Parses the bytes of one batch file of the binary version.
 *
 * @param source path, for messages
 * @throws TallyError `cifar10-size`, `label-out-of-range`
 */
export function parseCifar10(bytes: Uint8Array, source: string): Cifar10Images {
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    fail(
      'cifar10-size',
      source,
      `has ${bytes.length} bytes, CIFAR-10 in its binary version has ${RECORD} for each image`,
      'take the file of cifar-10-binary.tar.gz, and download it again if it is cut off',
    );
  }
  const count = bytes.length / RECORD;
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const start = i * RECORD;
    const label = bytes[start];
    if (label >= CIFAR10_CLASSES) {
      fail(
        'label-out-of-range',
        source,
        `label ${i} (from 0) is ${label}, must be below ${CIFAR10_CLASSES}`,
        'take the binary version of CIFAR-10 (not CIFAR-100, not the Python one)',
      );
    }
    labels[i] = label;
    images.set(bytes.subarray(start + 1, start + RECORD), i * PIXELS);
  }
  return { images, labels, count };
}

/**
 * The batch files of a split in `folder` or in its `cifar-10-batches-bin`, all that the split has.
 * A folder may hold one split only; the training split is five files, and none may be missing.
 *
 * @throws TallyError `cifar10-incomplete`, which lists what is missing
 */
export function cifar10Files(folder: string, split: Cifar10Split): readonly string[] {
  const place = cifar10Folder(folder) ?? folder;
  const missing = FILES[split].filter((file) => !existsSync(join(place, file)));
  if (missing.length > 0) {
    fail(
      'cifar10-incomplete',
      folder,
      `the ${split} split of CIFAR-10 lacks ${missing.join(', ')}`,
      'unpack cifar-10-binary.tar.gz there, or choose the other split',
    );
  }
  return FILES[split].map((file) => join(place, file));
}

/** Where the batch files lie: `folder`, its `cifar-10-batches-bin`, or null when there are none. */
export function cifar10Folder(folder: string): string | null {
  const all = [...FILES.train, ...FILES.test];
  const places = [folder, join(folder, ARCHIVE_FOLDER)];
  return places.find((place) => all.some((file) => existsSync(join(place, file)))) ?? null;
}

/**
 * Reads CIFAR-10 whole: 30 MB for the test split, 150 MB for the training split, in the files' order.
 *
 * @param path a folder (see {@link cifar10Files}) or one batch file, which is then read whatever `split` says
 * @throws TallyError `cifar10-incomplete`, `cifar10-size`, `label-out-of-range`, `file-missing`, `file-unreadable`
 */
export async function readCifar10(path: string, split: Cifar10Split): Promise<Cifar10Images> {
  const files = isFolder(path) ? cifar10Files(path, split) : [path];
  const parts = await Promise.all(files.map(async (file) => parseCifar10(await readBatch(file), file)));
  if (parts.length === 1) return parts[0];
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  let next = 0;
  for (const part of parts) {
    images.set(part.images, next * PIXELS);
    labels.set(part.labels, next);
    next += part.count;
  }
  return { images, labels, count };
}

/** {@link readCifar10} as a data set. @throws TallyError as `readCifar10` */
export async function openCifar10(path: string, split: Cifar10Split): Promise<Dataset> {
  const read = await readCifar10(path, split);
  const name = isFolder(path) ? `${basename(resolve(path))} (${split})` : basename(path);
  return inMemoryDataset(name, 'cifar10', CIFAR10_CLASSES, { ...read, shape: CIFAR10_SHAPE });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

async function readBatch(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!isMissing(error)) return failUnreadable(error, file, 'data set');
    return fail(
      'file-missing',
      file,
      'there is no such CIFAR-10 batch file',
      'name a folder with test_batch.bin or data_batch_1.bin to data_batch_5.bin, or one of these files',
    );
  }
}
