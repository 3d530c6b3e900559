import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeNetwork } from '@tally/core';
import { tally, temporaryFolder, type Ended } from './support/tally.ts';
import { idxImages, idxLabels, tinyNetwork, writeTinyDataset } from './support/tiny.ts';

const folder = temporaryFolder();

/** Writes the tiny network and data set, and gives paths below the test's folder, with outputs asked for. */
function setUp() {
  mkdirSync(join(folder.path, 'out'));
  writeFileSync(join(folder.path, 'net.tally'), encodeNetwork(tinyNetwork()));
  writeTinyDataset(folder.path);
  return (name: string): string => join(folder.path, name);
}

/** Runs `tally run` in the folder with both outputs. */
function run(network: string, data: string, ...options: string[]): Promise<Ended> {
  return tally(['run', network, '--data', data, '--json', 'out/r.json', '--html', 'out/r.html', ...options], {
    cwd: folder.path,
  });
}

/** Refused, with exactly this text, and nothing written. */
function expectRefused(ended: Ended, text: string): void {
  expect(ended.stderr).toBe(text);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe('');
  expect(readdirSync(join(folder.path, 'out'))).toEqual([]);
}

test('a network file that is not there', async () => {
  setUp();
  expectRefused(
    await run('nix.tally', 'images'),
    'error nix.tally: there is no such network file [file-missing]\n  fix   check the path, or run the command that makes it\n',
  );
});

test('a file that is no network', async () => {
  const at = setUp();
  writeFileSync(at('text.tally'), 'not a network');
  expectRefused(
    await run('text.tally', 'images'),
    'error text.tally: starts with 6e6f742061206e65, a network file starts with 8954414c4c590d0a [network-file-magic]\n' +
      '  fix   name a network file that tally wrote (extension .tally)\n',
  );
});

test('a truncated network file', async () => {
  const at = setUp();
  writeFileSync(at('cut.tally'), readFileSync(at('net.tally')).subarray(0, 500));
  expectRefused(
    await run('cut.tally', 'images'),
    'error cut.tally: does not match the checksum in its last 32 bytes, it is truncated or damaged [network-file-checksum]\n' +
      '  fix   copy the file again from its source\n',
  );
});

test('an unknown data set, with the nearest name', async () => {
  setUp();
  const ended = await run('net.tally', 'fashon-mnist');
  expect(ended.stderr).toMatch(
    /^error --data: there is no data set named fashon-mnist and no such folder or file \[unknown-dataset\]\n {2}fix {3}did you mean fashion-mnist\? \(known: .*fashion-mnist.*\), or name a folder with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte\n$/,
  );
  expect(ended.code).toBe(1);
  expect(readdirSync(join(folder.path, 'out'))).toEqual([]);
});

test('a folder without IDX files', async () => {
  const at = setUp();
  mkdirSync(at('empty'));
  expectRefused(
    await run('net.tally', 'empty'),
    'error empty/t10k-images-idx3-ubyte: there is no t10k-images-idx3-ubyte and no t10k-images-idx3-ubyte.gz [file-missing]\n' +
      '  fix   name the directory or file of the data set (Debian: apt install dataset-fashion-mnist)\n',
  );
});

test('truncated images', async () => {
  const at = setUp();
  writeFileSync(at('images/t10k-images-idx3-ubyte'), idxImages(6).subarray(0, 1000));
  expectRefused(
    await run('net.tally', 'images'),
    // 16 bytes of header + 6 x 28 x 28 = 4720
    'error images/t10k-images-idx3-ubyte: has 1000 bytes, its header (6 x 28 x 28) promises 4720 [idx-truncated]\n' +
      '  fix   download it again\n',
  );
});

test('images with the wrong magic', async () => {
  const at = setUp();
  writeFileSync(at('images/t10k-images-idx3-ubyte'), idxImages(6, 28, 28, 0x0d03));
  expectRefused(
    await run('net.tally', 'images'),
    'error images/t10k-images-idx3-ubyte: begins with 0x00000d03, IDX images begin with 0x00000803 [idx-wrong-magic]\n' +
      '  fix   name an IDX file of images\n',
  );
});

test('a gzip file cut short', async () => {
  const at = setUp();
  writeFileSync(at('cut-images.gz'), gzipSync(idxImages(6)).subarray(0, 300));
  expectRefused(
    await run('net.tally', 'cut-images.gz'),
    'error ./cut-images.gz: is not a whole gzip file [gzip-invalid]\n  fix   download it again\n'.replace(
      './',
      '',
    ),
  );
});

test('labels that are not as many as images', async () => {
  const at = setUp();
  writeFileSync(at('images/t10k-labels-idx1-ubyte'), idxLabels(5));
  expectRefused(
    await run('net.tally', 'images'),
    'error images/t10k-labels-idx1-ubyte: has 5 labels for 6 images [idx-count-mismatch]\n' +
      '  fix   take both files from one data set\n',
  );
});

test('images of another shape than the network reads', async () => {
  const at = setUp();
  writeFileSync(at('small-idx3-ubyte'), idxImages(6, 14, 14));
  expectRefused(
    await run('net.tally', 'small-idx3-ubyte'),
    'error small-idx3-ubyte: its images are 1×14×14 with 8-bit codes, the network tiny reads 1×28×28 with 8-bit codes [dataset-shape-mismatch]\n' +
      '  fix   choose a data set of that shape, or a network trained for this one\n',
  );
});

test('more images than there are', async () => {
  setUp();
  expectRefused(
    await run('net.tally', 'images', '--images', '7'),
    'error --images: is 7, the data set images has 6 images [too-few-images]\n  fix   give at most 6\n',
  );
});

test('a clock that the voltage does not allow', async () => {
  setUp();
  const ended = await run('net.tally', 'images', '--voltage', '1.01', '--clock', '400');
  expect(ended.stderr).toMatch(
    /^error operating point\.clock: is 400 MHz, must be above 0 and at most 40\.\d\d MHz at 1\.01 V on chip 'zhu2020' \[clock-above-maximum\]\n {2}fix {3}lower the clock or raise the voltage\n$/,
  );
  expect(ended.code).toBe(1);
});

test('an operating point that the chip does not have', async () => {
  setUp();
  expectRefused(
    await run('net.tally', 'images', '--point', 'peak-effort'),
    "error --point: chip 'zhu2020' has no operating point 'peak-effort' [unknown-operating-point]\n" +
      '  fix   known: peak-throughput, peak-efficiency, or give --voltage and --clock\n',
  );
});

test('a misspelt operating point, with the nearest name', async () => {
  setUp();
  expectRefused(
    await run('net.tally', 'images', '--point', 'peak-eficiency'),
    "error --point: chip 'zhu2020' has no operating point 'peak-eficiency' [unknown-operating-point]\n" +
      '  fix   did you mean peak-efficiency? (known: peak-throughput, peak-efficiency), or give --voltage and --clock\n',
  );
});

test('an output folder that does not exist is refused before any image runs', async () => {
  setUp();
  const ended = await tally(
    ['run', 'net.tally', '--data', 'images', '--json', 'out/r.json', '--html', 'no/r.html'],
    { cwd: folder.path },
  );
  expectRefused(
    ended,
    'error no/r.html: the folder no does not exist [output-not-writable]\n  fix   create it first: mkdir -p no\n',
  );
});

test('an output path that is a folder', async () => {
  setUp();
  expectRefused(
    await tally(['run', 'net.tally', '--data', 'images', '--json', 'out'], { cwd: folder.path }),
    'error out: it is a folder, not a file [output-not-writable]\n  fix   name a file in it, as in out/result\n',
  );
});

test('two outputs in one file', async () => {
  setUp();
  expectRefused(
    await tally(['run', 'net.tally', '--data', 'images', '--json', 'out/a', '--html', './out/../out/a'], {
      cwd: folder.path,
    }),
    'error ./out/../out/a: is the same file as the output out/a, each output needs a file of its own [outputs-collide]\n' +
      '  fix   name different files\n',
  );
});

test.each([
  ['net.tally', 'net.tally'],
  ['link.tally', 'net.tally'],
  ['chip.json', 'chip.json'],
  ['tech.json', 'tech.json'],
  ['images/t10k-images-idx3-ubyte', 'images/t10k-images-idx3-ubyte'],
  ['images/t10k-labels-idx1-ubyte', 'images/t10k-labels-idx1-ubyte'],
])('an output %s that would replace an input', async (output, input) => {
  const at = setUp();
  symlinkSync('net.tally', at('link.tally'));
  for (const [name, preset] of [
    ['chip.json', 'chips/zhu2020.json'],
    ['tech.json', 'tech/unit.json'],
  ]) {
    writeFileSync(at(name), readFileSync(new URL(`../../data/${preset}`, import.meta.url)));
  }
  const before = readFileSync(at(input));
  const named = ['run', 'net.tally', '--data', 'images', '--chip', 'chip.json', '--tech', 'tech.json'];
  expectRefused(
    await tally([...named, '--json', output], { cwd: folder.path }),
    `error ${output}: is the same file as the input ${input}, an output must not replace an input [output-is-input]\n` +
      '  fix   name another file to write\n',
  );
  expect(readFileSync(at(input))).toEqual(before);
});

test.each([
  ['images/t10k-images-idx3-ubyte', 'l-idx1-ubyte'],
  ['i-idx3-ubyte', 'images/t10k-labels-idx1-ubyte'],
])('labels that name no class (%s, %s)', async (data, labels) => {
  const at = setUp();
  writeFileSync(at('i-idx3-ubyte'), idxImages(6));
  const bytes = idxLabels(6);
  bytes[8 + 1] = 99;
  writeFileSync(at(labels), bytes);
  expectRefused(
    await run('net.tally', data, '--labels', labels),
    `error ${labels}: label 1 (from 0) is 99, must be below 10, the number of classes [label-out-of-range]\n` +
      '  fix   use a data set of 10 classes\n',
  );
});

test('a folder where an IDX file is expected', async () => {
  const at = setUp();
  mkdirSync(at('none'));
  mkdirSync(at('none/t10k-images-idx3-ubyte'));
  expectRefused(
    await run('net.tally', 'none'),
    'error none/t10k-images-idx3-ubyte: a data set file is expected, this is a folder [file-unreadable]\n' +
      '  fix   name a file in it\n',
  );
  expectRefused(
    await run('net.tally', 'images/t10k-images-idx3-ubyte', '--labels', 'none'),
    'error none: a data set file is expected, this is a folder [file-unreadable]\n  fix   name a file in it\n',
  );
});
