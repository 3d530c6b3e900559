import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idxBytes } from '../train/testing/synthetic.ts';
import type { Dataset } from './dataset.ts';
import { openDataset, type OpenOptions } from './open.ts';
import { plainPlanar, pngBytes, writePicture } from '../testing/pictures.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-open-'));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (...parts: readonly string[]): string => join(directory, ...parts);

function put(path: string, content: string | Uint8Array): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Sources without the folder, and labels. */
function contents(set: Dataset): unknown {
  return Array.from({ length: set.length }, (_, i) => [
    set.source(i).replace(`${directory}/`, ''),
    set.label(i),
  ]);
}

async function refusal(data: string, options: OpenOptions = {}): Promise<string> {
  try {
    await openDataset(data, options);
  } catch (error) {
    return String(error);
  }
  return 'opened';
}

beforeAll(async () => {
  await writePicture(at('classes', 'n02', 'b.JPEG'), 1);
  await writePicture(at('classes', 'n02', 'a.jpg'), 2);
  await writePicture(at('classes', 'n01', 'z.png'), 3);
  await writePicture(at('elsewhere', 'c.png'), 4);
  put(at('classes', 'n02', 'notes.txt'), 'no picture');
  symlinkSync(at('elsewhere'), at('classes', 'n03'));
  await writePicture(at('val', 'ILSVRC2012_val_00000002.JPEG'), 5);
  await writePicture(at('val', 'ILSVRC2012_val_00000001.JPEG'), 6);
  put(at('truth.txt'), '65\n0\n');
});

describe('class folders', () => {
  it('are classes by name, pictures in them by name', async () => {
    const set = await openDataset(at('classes'));
    expect(set).toMatchObject({
      kind: 'class-folders',
      name: 'classes',
      classes: 3,
      length: 4,
      shape: [3, 4, 6],
    });
    expect(contents(set)).toEqual([
      ['classes/n01/z.png', 0],
      ['classes/n02/a.jpg', 1],
      ['classes/n02/b.JPEG', 1],
      ['classes/n03/c.png', 2],
    ]);
    expect([...(await set.read(0))]).toEqual(plainPlanar(6, 4, 3));
    await expect(set.read(4)).rejects.toThrow(RangeError);
    const view = await set.view(0, 1, 1);
    expect(view).toHaveLength(3 * 4 * 6);
    expect(await set.view(0, 1, 1)).toEqual(view);
    expect(await set.view(0, 1, 2)).not.toEqual(view);
    await expect(set.view(4, 1, 1)).rejects.toThrow(RangeError);
    await set.close();
  });

  it('must be as many as the network has classes, none of them empty', async () => {
    expect(await refusal(at('classes'), { classes: 1000 })).toContain(
      'has 3 class folders, the network tells 1000 classes apart [class-count-mismatch]',
    );
    await writePicture(at('hole', 'a', 'a.png'), 1);
    put(at('hole', 'b', 'readme.txt'), '');
    expect(await refusal(at('hole'))).toContain(
      `${at('hole', 'b')}: has no pictures (jpg, jpeg, png, webp, tif, tiff, gif) [class-folder-empty]`,
    );
  });

  it('refuse labels and shapes that do not fit', async () => {
    expect(await refusal(at('classes'), { labels: 'x.txt' })).toContain(
      'has its own labels [labels-not-needed]',
    );
    expect(
      await refusal(at('classes'), {
        transform: { resize: 5, crop: 5, interpolation: 'bilinear' },
        shape: [3, 224, 224],
      }),
    ).toContain(
      'classes: its images are 3×5×5 after the transform resize=5,crop=5,interpolation=bilinear, the network reads 3×224×224 [dataset-shape-mismatch]',
    );
    const set = await openDataset(at('classes'), { shape: [3, 5, 5] });
    await expect(set.read(1)).rejects.toThrow(
      `${at('classes/n02/a.jpg')}: gives 4×6 pixels (rows × columns), 5×5 are needed [image-shape-mismatch]`,
    );
  });
});

describe('an identity', () => {
  it('follows names, labels and transform, not the place', async () => {
    const transform = { resize: null, crop: 3, interpolation: 'bilinear' } as const;
    const one = await openDataset(at('classes'));
    for (const name of ['n01/z.png', 'n02/a.jpg', 'n02/b.JPEG', 'n03/c.png']) {
      put(at('copy', name), readFileSync(at('classes', name)));
    }
    expect((await openDataset(at('copy'))).identity).toBe(one.identity);
    expect((await openDataset(at('copy'), { transform })).identity).not.toBe(one.identity);
    await writePicture(at('copy', 'n01', 'y.png'), 3);
    expect((await openDataset(at('copy'))).identity).not.toBe(one.identity);
  });
});

describe('ILSVRC2012 validation images', () => {
  const expected = [1, 2].map((n) => [`ILSVRC2012_val_0000000${n}.JPEG`, n === 1 ? 65 : 0]);

  it('in a folder, by number, with a ground truth', async () => {
    const set = await openDataset(at('val'), { labels: at('truth.txt') });
    expect(set).toMatchObject({ kind: 'ilsvrc2012-folder', classes: 1000, length: 2 });
    expect(contents(set)).toEqual(expected.map(([name, label]) => [`val/${name}`, label]));
    expect(await refusal(at('val'))).toContain(
      'has ILSVRC2012 validation images without their classes [labels-needed]',
    );
    expect(await refusal(at('val'), { labels: at('truth.txt'), classes: 10 })).toContain(
      'ILSVRC2012_val_00000001.JPEG: has the label 65, must be below 10, the number of classes [label-out-of-range]',
    );
    const short = put(at('short.txt'), '0\n');
    expect(await refusal(at('val'), { labels: short })).toContain(
      'ILSVRC2012_val_00000002.JPEG: has no line in the ground truth [ground-truth-lacks-image]',
    );
  });

  it('in the archive, which is not unpacked, in the order of their numbers', async () => {
    const archive = pack();
    const whole = buffer(archive);
    archive.entry({ name: 'ILSVRC2012_val_00000002.JPEG' }, await pngBytes(6, 4, 5));
    archive.entry({ name: './ILSVRC2012_val_00000001.JPEG' }, await pngBytes(6, 4, 6));
    archive.entry({ name: 'readme.txt' }, 'no picture');
    archive.finalize();
    await writeFile(at('ILSVRC2012_img_val.tar'), await whole);
    const set = await openDataset(at('ILSVRC2012_img_val.tar'), { labels: at('truth.txt'), threads: 1 });
    expect(set).toMatchObject({ kind: 'ilsvrc2012-tar', classes: 1000, length: 2 });
    expect(contents(set)).toEqual(
      expected.map(([name, label]) => [`ILSVRC2012_img_val.tar: ${name}`, label]),
    );
    expect([...(await set.read(0))]).toEqual(plainPlanar(6, 4, 6));
    expect([...(await set.read(1))]).toEqual(plainPlanar(6, 4, 5));
    await set.close();
  });
});

describe('a CSV listing', () => {
  it('names files beside itself or in the folder, only those in the folder count', async () => {
    const csv = put(
      at('labels.csv'),
      'set,file,class_index,name\nv,val/ILSVRC2012_val_00000002.JPEG,7,"a, b"\nc,elsewhere/c.png,2,c\n',
    );
    const set = await openDataset(at('val'), { labels: csv });
    expect(set).toMatchObject({ kind: 'labels-csv', classes: 8 });
    expect(contents(set)).toEqual([['val/ILSVRC2012_val_00000002.JPEG', 7]]);
    const both = await openDataset(directory, { labels: csv, classes: 10 });
    expect([both.length, both.classes]).toEqual([2, 10]);
    const inside = put(
      at('lists', 'inside.csv'),
      'file,class_index\nILSVRC2012_val_00000001.JPEG,1\n../elsewhere/c.png,2\n',
    );
    expect(contents(await openDataset(at('val'), { labels: inside }))).toEqual([
      ['val/ILSVRC2012_val_00000001.JPEG', 1],
    ]);
  });

  it.each([
    ['file,label\na,1\n', ": has no column 'class_index' (it has file, label) [csv-column-missing]"],
    [
      'file,class_index\nval/a.png,-1\n',
      ":2: class_index is '-1', must be a whole number from 0 [csv-label-invalid]",
    ],
    ['file,class_index\nval/a.png,1\n', ':2: names val/a.png, which is not in '],
    ['file,class_index\nelse/a.png,1\n', ':2: names else/a.png, which is not in '],
    ['file,class_index\n/etc/a.png,1\n', ':2: names /etc/a.png, which is not in '],
    ['file,class_index\n../a.png,1\n', ': names no file inside '],
  ])('is refused with its line: %j', async (text, message) => {
    const csv = put(at('bad.csv'), text);
    expect(await refusal(at('val'), { labels: csv })).toContain(`${csv}${message}`);
  });
});

describe('arrays', () => {
  it('CIFAR-10 and IDX are recognised, and take no transform', async () => {
    const record = new Uint8Array(3073).fill(3);
    put(at('cifar', 'test_batch.bin'), record);
    put(
      at('mnist', 't10k-images-idx3-ubyte'),
      idxBytes(
        [2, 2, 3],
        Uint8Array.from({ length: 12 }, (_, i) => i),
      ),
    );
    put(at('mnist', 't10k-labels-idx1-ubyte'), idxBytes([2], Uint8Array.of(9, 0)));
    const cifar = await openDataset(at('cifar'), { shape: [3, 32, 32], classes: 10 });
    expect(cifar).toMatchObject({ kind: 'cifar10', length: 1 });
    expect((await openDataset(at('cifar', 'test_batch.bin'))).identity).toBe(cifar.identity);
    const mnist = await openDataset(at('mnist'));
    expect(mnist).toMatchObject({ kind: 'idx', shape: [1, 2, 3], length: 2, classes: 10 });
    expect([mnist.label(0), [...(await mnist.read(1))]]).toEqual([9, [6, 7, 8, 9, 10, 11]]);
    const file = await openDataset(at('mnist', 't10k-images-idx3-ubyte'));
    expect(file.label(0)).toBe(null);
    expect(
      await refusal(at('cifar'), { transform: { resize: null, crop: 8, interpolation: 'bilinear' } }),
    ).toContain('images of cifar (test) are used as they are [transform-not-possible]');
    expect(await refusal(at('cifar'), { shape: [3, 224, 224] })).toContain(
      'cifar (test): its images are 3×32×32, the network reads 3×224×224 [dataset-shape-mismatch]',
    );
    expect(await refusal(at('cifar'), { classes: 1000 })).toContain(
      'has 10 classes, the network tells 1000 apart',
    );
  });
});

describe('what is no data set', () => {
  it('is told what was looked for', async () => {
    put(at('nothing', 'a.txt'), 'x');
    expect(await refusal(at('nothing'))).toContain(
      `${at('nothing')}: is none of these: CIFAR-10 (data_batch_1.bin, test_batch.bin); IDX (t10k-images-idx3-ubyte); ILSVRC2012 validation images (`,
    );
    expect(await refusal(at('nothing', 'a.txt'))).toContain(
      'is none of these: a tar archive; a CIFAR-10 batch file (.bin); an IDX file of images [dataset-not-recognised]',
    );
    expect(await refusal(at('missing'))).toContain('[unknown-dataset]');
  });
});

const shared =
  process.env['TALLY_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const imagenet = join(shared, 'images', 'imagenet');
describe.skipIf(!existsSync(imagenet))(
  'the photographs beside the repository (TALLY_SHARED names their folder)',
  () => {
    it('are all listed, with labels of a thousand classes', async () => {
      const labels = join(imagenet, 'labels.csv');
      const val = await openDataset(join(imagenet, 'val500'), { labels, classes: 1000 });
      const calib = await openDataset(join(imagenet, 'calib1000'), { labels, classes: 1000 });
      expect([val.length, val.shape, val.label(0)]).toEqual([500, [3, 224, 224], 0]);
      expect(new Set(Array.from({ length: calib.length }, (_, i) => calib.label(i))).size).toBe(1000);
    });
  },
);
