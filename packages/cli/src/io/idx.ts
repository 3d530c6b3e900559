import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fail } from '@tally/core';
import { failUnreadable, isMissing } from './read.ts';

/** Images of one IDX file: `count` x `rows` x `columns` codes 0 to 255, row-major. */
export interface IdxImages {
  readonly images: Uint8Array;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** Labels of one IDX file, one byte each. */
export interface IdxLabels {
  readonly labels: Uint8Array;
  readonly count: number;
}

const IMAGE_MAGIC = 0x00000803;
const LABEL_MAGIC = 0x00000801;
const gunzipBytes = promisify(gunzip);

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** The bytes of `path` or of `path.gz`, unpacked, and which of the two it was. */
async function readMaybePacked(
  path: string,
): Promise<{ readonly bytes: Uint8Array; readonly source: string }> {
  const candidates = path.endsWith('.gz') ? [path] : [path, `${path}.gz`];
  for (const candidate of candidates) {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(candidate);
    } catch (error) {
      if (isMissing(error)) continue;
      return failUnreadable(error, candidate, 'data set');
    }
    if (!candidate.endsWith('.gz')) return { bytes, source: candidate };
    try {
      return { bytes: await gunzipBytes(bytes), source: candidate };
    } catch {
      fail('gzip-invalid', candidate, 'is not a whole gzip file', 'download it again');
    }
  }
  return fail(
    'file-missing',
    path,
    `there is no ${candidates.map((candidate) => basename(candidate)).join(' and no ')}`,
    'name the directory or file of the data set (Debian: apt install dataset-fashion-mnist)',
  );
}

/** Parses IDX bytes with `dimensions` axes of unsigned bytes; returns sizes and the offset of the data. */
function parseHeader(
  bytes: Uint8Array,
  magic: number,
  dimensions: number,
  source: string,
): readonly number[] {
  const header = 4 * (1 + dimensions);
  if (bytes.length < header) {
    fail(
      'idx-truncated',
      source,
      `has ${bytes.length} bytes, its header alone has ${header}`,
      'download it again',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(0);
  if (found !== magic) {
    const kind = dimensions === 3 ? 'images' : 'labels';
    fail(
      'idx-wrong-magic',
      source,
      `begins with ${hex(found)}, IDX ${kind} begin with ${hex(magic)}`,
      `name an IDX file of ${kind}`,
    );
  }
  const sizes = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 * (1 + axis)));
  const expected = header + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    fail(
      bytes.length < expected ? 'idx-truncated' : 'idx-too-long',
      source,
      `has ${bytes.length} bytes, its header (${sizes.join(' x ')}) promises ${expected}`,
      'download it again',
    );
  }
  if (sizes.includes(0))
    fail('idx-empty', source, `has the shape ${sizes.join(' x ')}`, 'name a file with images in it');
  return sizes;
}

/** Parses the bytes of an IDX image file. @param source path, for messages. @throws TallyError */
export function parseIdxImages(bytes: Uint8Array, source: string): IdxImages {
  const [count = 0, rows = 0, columns = 0] = parseHeader(bytes, IMAGE_MAGIC, 3, source);
  return { images: bytes.subarray(16), count, rows, columns };
}

/** Parses the bytes of an IDX label file. @param source path, for messages. @throws TallyError */
export function parseIdxLabels(bytes: Uint8Array, source: string): IdxLabels {
  const [count = 0] = parseHeader(bytes, LABEL_MAGIC, 1, source);
  return { labels: bytes.subarray(8), count };
}

/** Reads an IDX image file, plain or gzip (`.gz` is tried when `path` does not exist). @throws TallyError */
export async function readIdxImages(path: string): Promise<IdxImages> {
  const { bytes, source } = await readMaybePacked(path);
  return parseIdxImages(bytes, source);
}

/** Reads an IDX label file, plain or gzip (`.gz` is tried when `path` does not exist). @throws TallyError */
export async function readIdxLabels(path: string): Promise<IdxLabels> {
  const { bytes, source } = await readMaybePacked(path);
  return parseIdxLabels(bytes, source);
}

/**
 * Refuses labels that name no class.
 *
 * @param source path of the labels, for messages
 * @throws TallyError `label-out-of-range`
 */
export function checkLabels(labels: Uint8Array, classes: number, source: string): void {
  const bad = labels.findIndex((label) => label >= classes);
  if (bad < 0) return;
  fail(
    'label-out-of-range',
    source,
    `label ${bad} (from 0) is ${labels[bad]}, must be below ${classes}, the number of classes`,
    `use a data set of ${classes} classes`,
  );
}

/** Files that {@link readLabelledImages} reads in a directory, without `.gz`. */
export function labelledImageFiles(
  directory: string,
  part: 'train' | 't10k',
): { readonly images: string; readonly labels: string } {
  return {
    images: join(directory, `${part}-images-idx3-ubyte`),
    labels: join(directory, `${part}-labels-idx1-ubyte`),
  };
}

/** Labelled images. */
export interface LabelledImages extends IdxImages {
  readonly labels: Uint8Array;
}

/**
 * Reads the images and labels of one part of a data set: `<part>-images-idx3-ubyte` and
 * `<part>-labels-idx1-ubyte` in a directory, plain or gzip.
 *
 * @param part `train` or `t10k`.
 * @throws TallyError also when the two files disagree in count or a label is not below `classes`.
 */
export async function readLabelledImages(
  directory: string,
  part: 'train' | 't10k',
  classes = 10,
): Promise<LabelledImages> {
  const files = labelledImageFiles(directory, part);
  const images = await readIdxImages(files.images);
  const { labels, count } = await readIdxLabels(files.labels);
  if (count !== images.count) {
    fail(
      'idx-count-mismatch',
      files.labels,
      `has ${count} labels for ${images.count} images`,
      'take both files from one data set',
    );
  }
  checkLabels(labels, classes, files.labels);
  return { ...images, labels };
}
