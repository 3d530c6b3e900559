import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@tally/core';

/** Bytes of an IDX file of unsigned bytes. */
export function idxBytes(sizes: readonly number[], data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 * (1 + sizes.length) + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, axis) => view.setUint32(4 * (1 + axis), size));
  bytes.set(data, 4 * (1 + sizes.length));
  return bytes;
}

/** Writes a small learnable data set: class k is noise with a bright pixel block at place k. */
export function writeSyntheticData(directory: string, train: number, test: number, size = 8): void {
  mkdirSync(directory, { recursive: true });
  for (const [part, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const random = new Random(1, 'synthetic', part);
    const labels = Uint8Array.from({ length: count }, () => random.below(10));
    const images = new Uint8Array(count * size * size);
    for (let i = 0; i < count; i++) {
      for (let p = 0; p < size * size; p++) {
        const row = Math.floor(p / size);
        const lit = Math.floor((row * 10) / size) === labels[i] || (p + row) % 10 === labels[i];
        images[i * size * size + p] = random.below(60) + (lit ? 150 : 0);
      }
    }
    writeFileSync(join(directory, `${part}-images-idx3-ubyte`), idxBytes([count, size, size], images));
    writeFileSync(join(directory, `${part}-labels-idx1-ubyte`), idxBytes([count], labels));
  }
}
