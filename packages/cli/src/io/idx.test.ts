import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { idxBytes } from '../train/testing/synthetic.ts';
import { parseIdxImages, parseIdxLabels, readIdxImages, readLabelledImages } from './idx.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-idx-'));
afterAll(() => rmSync(directory, { recursive: true }));

const images = idxBytes(
  [2, 2, 3],
  Uint8Array.from({ length: 12 }, (_, i) => 20 * i),
);
const labels = idxBytes([2], Uint8Array.of(9, 0));

describe('parseIdxImages', () => {
  it('reads shape and pixels', () => {
    expect(parseIdxImages(images, 'a')).toEqual({
      images: images.subarray(16),
      count: 2,
      rows: 2,
      columns: 3,
    });
  });

  it('reads back any shape', () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(size, size, size, fc.infiniteStream(fc.nat(255)), (count, rows, columns, stream) => {
        const data = Uint8Array.from({ length: count * rows * columns }, () => stream.next().value as number);
        expect(parseIdxImages(idxBytes([count, rows, columns], data), 'a')).toEqual({
          images: data,
          count,
          rows,
          columns,
        });
      }),
    );
  });

  it('refuses what is not an IDX file of images, with the reason', () => {
    expect(() => parseIdxImages(labels, 'labels-file')).toThrow(
      'labels-file: has 10 bytes, its header alone has 16 [idx-truncated] — download it again',
    );
    expect(() => parseIdxImages(idxBytes([8], new Uint8Array(8)), 'labels-file')).toThrow(
      'labels-file: begins with 0x00000801, IDX images begin with 0x00000803 [idx-wrong-magic] — name an IDX file of images',
    );
    expect(() => parseIdxImages(images.subarray(0, 20), 'a')).toThrow(
      'a: has 20 bytes, its header (2 x 2 x 3) promises 28 [idx-truncated] — download it again',
    );
    expect(() => parseIdxImages(Uint8Array.of(...images, 0), 'a')).toThrow(
      'a: has 29 bytes, its header (2 x 2 x 3) promises 28 [idx-too-long] — download it again',
    );
    expect(() => parseIdxImages(idxBytes([0, 2, 3], new Uint8Array()), 'a')).toThrow(
      'a: has the shape 0 x 2 x 3 [idx-empty] — name a file with images in it',
    );
  });
});

describe('parseIdxLabels', () => {
  it('reads labels and refuses images', () => {
    expect(parseIdxLabels(labels, 'b')).toEqual({ labels: Uint8Array.of(9, 0), count: 2 });
    expect(() => parseIdxLabels(images, 'b')).toThrow(
      'b: begins with 0x00000803, IDX labels begin with 0x00000801 [idx-wrong-magic] — name an IDX file of labels',
    );
  });
});

describe('readLabelledImages', () => {
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(directory, name), bytes);

  it('reads plain and gzip files, found by part', async () => {
    write('train-images-idx3-ubyte.gz', gzipSync(images));
    write('train-labels-idx1-ubyte', labels);
    const data = await readLabelledImages(directory, 'train');
    expect([data.count, data.rows, data.columns, [...data.labels]]).toEqual([2, 2, 3, [9, 0]]);
    expect([...data.images]).toEqual([...images.subarray(16)]);
  });

  it('refuses missing, broken and unequal files', async () => {
    const missing = join(directory, 't10k-images-idx3-ubyte');
    await expect(readIdxImages(missing)).rejects.toThrow(
      `${missing}: there is no t10k-images-idx3-ubyte and no t10k-images-idx3-ubyte.gz [file-missing] — name the directory or file of the data set (Debian: apt install dataset-fashion-mnist)`,
    );
    write('broken.gz', gzipSync(images).subarray(0, 20));
    await expect(readIdxImages(join(directory, 'broken.gz'))).rejects.toThrow(
      'broken.gz: is not a whole gzip file [gzip-invalid] — download it again',
    );
    write('t10k-images-idx3-ubyte', images);
    write('t10k-labels-idx1-ubyte', idxBytes([3], Uint8Array.of(1, 2, 3)));
    await expect(readLabelledImages(directory, 't10k')).rejects.toThrow(
      't10k-labels-idx1-ubyte: has 3 labels for 2 images [idx-count-mismatch] — take both files from one data set',
    );
    write('t10k-labels-idx1-ubyte', idxBytes([2], Uint8Array.of(1, 10)));
    await expect(readLabelledImages(directory, 't10k')).rejects.toThrow(
      't10k-labels-idx1-ubyte: label 1 (from 0) is 10, must be below 10, the number of classes [label-out-of-range] — use a data set of 10 classes',
    );
  });
});
