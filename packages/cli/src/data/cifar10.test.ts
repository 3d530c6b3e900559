import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CIFAR10_SHAPE, openCifar10, parseCifar10, readCifar10 } from './cifar10.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-cifar-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A record whose pixel p is (label * 7 + p) mod 256. */
function record(label: number): Uint8Array {
  return Uint8Array.from({ length: 3073 }, (_, i) => (i === 0 ? label : (label * 7 + i - 1) % 256));
}
const batch = (...labels: readonly number[]): Uint8Array => Buffer.concat(labels.map(record));

function folder(name: string, files: Readonly<Record<string, Uint8Array>>): string {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(path, file), bytes);
  return path;
}

describe('parseCifar10', () => {
  it('separates labels from planar pixels, for any labels', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }), (labels) => {
        const parsed = parseCifar10(batch(...labels), 'a');
        expect(parsed.count).toBe(labels.length);
        expect([...parsed.labels]).toEqual(labels);
        expect(Buffer.from(parsed.images)).toEqual(
          Buffer.concat(labels.map((label) => record(label).subarray(1))),
        );
      }),
    );
  });

  it('refuses sizes that are no multiple of a record, and labels of other sets', () => {
    expect(() => parseCifar10(batch(1, 2).subarray(0, 6000), 'data_batch_1.bin')).toThrow(
      'data_batch_1.bin: has 6000 bytes, CIFAR-10 in its binary version has 3073 for each image [cifar10-size] — take the file of cifar-10-binary.tar.gz, and download it again if it is cut off',
    );
    expect(() => parseCifar10(new Uint8Array(), 'empty.bin')).toThrow('empty.bin: has 0 bytes');
    expect(() => parseCifar10(batch(3, 10), 'x.bin')).toThrow(
      'x.bin: label 1 (from 0) is 10, must be below 10 [label-out-of-range]',
    );
  });
});

describe('readCifar10', () => {
  it('joins the five training files in their order', async () => {
    const files = Object.fromEntries([5, 3, 1, 2, 4].map((n) => [`data_batch_${n}.bin`, batch(n, 9 - n)]));
    const read = await readCifar10(folder('train', files), 'train');
    expect([...read.labels]).toEqual([1, 8, 2, 7, 3, 6, 4, 5, 5, 4]);
    expect(read.images.slice(3072, 3075)).toEqual(Uint8Array.of(56, 57, 58)); // image 1 is of class 8
  });

  it('reads a folder with nothing but a test batch, the archive folder above it, or the file', async () => {
    const path = folder('only-test/cifar-10-batches-bin', { 'test_batch.bin': batch(4) });
    for (const place of [path, join(directory, 'only-test'), join(path, 'test_batch.bin')]) {
      expect([...(await readCifar10(place, 'test')).labels]).toEqual([4]);
    }
  });

  it('says which files a split lacks', async () => {
    const path = folder('some', { 'data_batch_1.bin': batch(1), 'test_batch.bin': batch(1) });
    await expect(readCifar10(path, 'train')).rejects.toThrow(
      'the train split of CIFAR-10 lacks data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin [cifar10-incomplete]',
    );
    await expect(readCifar10(join(path, 'nothing.bin'), 'train')).rejects.toThrow(
      'there is no such CIFAR-10 batch file [file-missing]',
    );
  });
});

describe('openCifar10', () => {
  it('gives copies of the pixels, labels, and an identity that follows content, not place', async () => {
    const path = folder('a', { 'test_batch.bin': batch(4, 7) });
    const set = await openCifar10(path, 'test');
    expect(set).toMatchObject({ kind: 'cifar10', length: 2, classes: 10, shape: CIFAR10_SHAPE });
    expect(set.name).toBe('a (test)');
    expect([set.label(0), set.label(1)]).toEqual([4, 7]);
    const pixels = await set.read(1);
    expect(Buffer.from(pixels)).toEqual(Buffer.from(record(7).subarray(1)));
    pixels.fill(0);
    expect((await set.read(1))[1]).toBe(50);
    const views = [await set.view(1, 1, 1), await set.view(1, 1, 2), await set.view(1, 2, 1)];
    expect(new Set(views.map((view) => Buffer.from(view).toString('hex'))).size).toBe(3);
    expect(await set.view(1, 1, 2)).toEqual(views[1]);
    expect(views[0]).toHaveLength(3072);
    await expect(set.view(2, 1, 1)).rejects.toThrow(RangeError);
    await expect(set.read(2)).rejects.toThrow(RangeError);
    const same = await openCifar10(folder('b', { 'test_batch.bin': batch(4, 7) }), 'test');
    const other = await openCifar10(folder('c', { 'test_batch.bin': batch(4, 8) }), 'test');
    expect(same.identity).toBe(set.identity);
    expect(other.identity).not.toBe(set.identity);
    await set.close();
  });
});

// Not part of the repository; a folder with the official binary files.
const official = process.env['TALLY_CIFAR10'] ?? '';
describe.skipIf(!existsSync(official))('the official files (TALLY_CIFAR10 names their folder)', () => {
  it('has 1,000 test images of each class', async () => {
    const { labels, count } = await readCifar10(official, 'test');
    expect(count).toBe(10_000);
    const perClass = new Array<number>(10).fill(0);
    for (const label of labels) perClass[label]++;
    expect(perClass).toEqual(new Array<number>(10).fill(1000));
  });
});
