import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fail } from '@tally/core';
import { readBytes } from '../io/read.ts';
import { parseCsv } from './csv.ts';
import type { ListedImage, Listing } from './listing.ts';
import { wholeFile } from './picture-files.ts';

/**
 * Lists the pictures that a CSV file names, those inside `folder`, in the file's order. Its columns `file` and
 * `class_index` (0-based) are needed, others are passed over. Paths are relative to the CSV file's own folder, or, when that
 * would put none of them inside `folder`, to `folder`.
 *
 * @param classes number of classes that the network tells apart; null takes the largest index plus 1
 * @throws TallyError `csv-syntax`, `csv-column-missing`, `csv-label-invalid`, `listed-image-missing`, `dataset-empty`
 */
export function listLabelsCsv(folder: string, csv: string, classes: number | null): Listing {
  const { columns, rows } = parseCsv(Buffer.from(readBytes(csv, 'labels')).toString('utf8'), csv);
  for (const column of ['file', 'class_index']) {
    if (columns.includes(column)) continue;
    fail(
      'csv-column-missing',
      csv,
      `has no column '${column}' (it has ${columns.join(', ')})`,
      'give the columns file and class_index',
    );
  }
  const root = resolve(folder);
  const beside = resolve(dirname(csv));
  const inFolder = (path: string): boolean => {
    const way = relative(root, path);
    return way !== '' && !way.startsWith('..') && !isAbsolute(way);
  };
  const base = rows.some(({ fields }) => inFolder(join(beside, fields['file']))) ? beside : root;
  const images: ListedImage[] = [];
  for (const { line, fields } of rows) {
    const file = fields['file'];
    const text = fields['class_index'];
    if (!/^\d+$/.test(text)) {
      fail(
        'csv-label-invalid',
        `${csv}:${line}`,
        `class_index is '${text}', must be a whole number from 0`,
        'give the class index in the order of the network',
      );
    }
    const path = join(base, file);
    if (!inFolder(path)) continue;
    if (!existsSync(path)) {
      fail(
        'listed-image-missing',
        `${csv}:${line}`,
        `names ${file}, which is not in ${folder}`,
        'get the file, or take the line out',
      );
    }
    images.push({ file: wholeFile(path), key: relative(root, path), label: Number(text) });
  }
  if (images.length === 0) {
    fail(
      'dataset-empty',
      csv,
      `names no file inside ${folder}`,
      'paths in it are relative to its own folder, or to the folder of images',
    );
  }
  const highest = images.reduce((most, { label }) => Math.max(most, label), 0);
  return {
    name: `${basename(root)} (${basename(csv)})`,
    kind: 'labels-csv',
    classes: classes ?? highest + 1,
    images,
  };
}
