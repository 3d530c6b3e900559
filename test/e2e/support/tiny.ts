import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Network } from '@tally/core';

/** Pseudo-random integers in a range, the same on every run. */
function* integers(seed: number, min: number, max: number): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield min + ((state >>> 8) % (max - min + 1));
  }
}

function take(source: Generator<number, never>, count: number): number[] {
  return Array.from({ length: count }, () => source.next().value);
}

/** A network small enough to run in milliseconds on 28×28 images: a W8A8 convolution, W3A2 after it. */
export function tinyNetwork(): Network {
  return {
    kind: 'network',
    name: 'tiny',
    input: { shape: [1, 28, 28], bits: 8 },
    nodes: [
      {
        kind: 'conv',
        id: 'stem',
        input: 'input',
        outChannels: 4,
        groups: 1,
        kernel: [3, 3],
        stride: [4, 4],
        padding: [1, 1, 1, 1],
        dilation: [1, 1],
        weights: {
          format: { system: 'sign-magnitude', bits: 8 },
          codes: Int8Array.from(take(integers(1, -127, 127), 36)),
        },
        bias: null,
      },
      {
        kind: 'threshold',
        id: 'stem.codes',
        input: 'stem',
        bits: 2,
        thresholds: Int32Array.from([-8000, 2000, 12000]),
        direction: Int8Array.of(1),
      },
      {
        kind: 'conv',
        id: 'body',
        input: 'stem.codes',
        outChannels: 8,
        groups: 1,
        kernel: [3, 3],
        stride: [2, 2],
        padding: [1, 1, 1, 1],
        dilation: [1, 1],
        weights: {
          format: { system: 'sign-magnitude', bits: 3 },
          codes: Int8Array.from(take(integers(2, -3, 3), 288)),
        },
        bias: null,
      },
      {
        kind: 'threshold',
        id: 'body.codes',
        input: 'body',
        bits: 2,
        thresholds: Int32Array.from([-10, 0, 10]),
        direction: Int8Array.of(1),
      },
      { kind: 'flatten', id: 'flat', input: 'body.codes' },
      {
        kind: 'fully-connected',
        id: 'classifier',
        input: 'flat',
        outFeatures: 10,
        weights: {
          format: { system: 'sign-magnitude', bits: 3 },
          codes: Int8Array.from(take(integers(3, -3, 3), 1280)),
        },
        bias: null,
      },
    ],
    output: 'classifier',
  };
}

/** An IDX file of images: magic, sizes, pixels. */
export function idxImages(count: number, rows = 28, columns = 28, magic = 0x0803): Uint8Array {
  const bytes = new Uint8Array(16 + count * rows * columns);
  const view = new DataView(bytes.buffer);
  [magic, count, rows, columns].forEach((value, index) => view.setUint32(4 * index, value));
  bytes.set(take(integers(4, 0, 255), count * rows * columns), 16);
  return bytes;
}

/** An IDX file of labels below 10. */
export function idxLabels(count: number): Uint8Array {
  const bytes = new Uint8Array(8 + count);
  const view = new DataView(bytes.buffer);
  [0x0801, count].forEach((value, index) => view.setUint32(4 * index, value));
  bytes.set(take(integers(5, 0, 9), count), 8);
  return bytes;
}

/** A data set folder of `count` images; returns its path. */
export function writeTinyDataset(folder: string, count = 6): string {
  const path = join(folder, 'images');
  mkdirSync(path);
  writeFileSync(join(path, 't10k-images-idx3-ubyte'), idxImages(count));
  writeFileSync(join(path, 't10k-labels-idx1-ubyte'), idxLabels(count));
  return path;
}
