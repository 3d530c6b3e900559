import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '@tally/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.ts';
import { openDataset } from './open.ts';
import { plainPlanar, writePicture } from '../testing/pictures.ts';
import { inBatches, streamImages, type StreamedImage } from './stream.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-stream-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A data set of one-pixel images i, read after `delay(i)` milliseconds; counts what is under way. */
function slowDataset(length: number, delay: (index: number) => number, corrupt: readonly number[] = []) {
  const seen = { underWay: 0, most: 0, started: 0 };
  const set: Dataset = {
    name: 'slow',
    kind: 'idx',
    classes: 10,
    length,
    shape: [1, 1, 1],
    identity: '',
    label: (index) => index % 10,
    source: String,
    async read(index) {
      seen.started++;
      seen.most = Math.max(seen.most, ++seen.underWay);
      await sleep(delay(index));
      seen.underWay--;
      if (corrupt.includes(index)) fail('image-corrupt', `image ${index}`, 'cannot be decoded', 'none');
      return Uint8Array.of(index);
    },
    view: (index) => Promise.resolve(Uint8Array.of(index)),
    close: () => Promise.resolve(),
  };
  return { set, seen };
}

async function collect(stream: AsyncIterable<StreamedImage>): Promise<StreamedImage[]> {
  const images: StreamedImage[] = [];
  for await (const image of stream) images.push(image);
  return images;
}

describe('streamImages', () => {
  it('gives the images in the order asked for, however long each takes, with bounded reading ahead', async () => {
    const order = fc.array(fc.nat(19), { maxLength: 30 });
    const delays = fc.array(fc.nat(4), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(order, delays, fc.integer({ min: 1, max: 8 }), async (indices, ms, prefetch) => {
        const { set, seen } = slowDataset(20, (i) => ms[i]);
        const stream = streamImages(set, { order: indices, prefetch });
        const images = await collect(stream);
        expect(images).toEqual(
          indices.map((index) => ({ index, label: index % 10, pixels: Uint8Array.of(index) })),
        );
        expect(seen.most).toBeLessThanOrEqual(prefetch);
        expect(stream.counters).toEqual({ total: indices.length, delivered: indices.length, skipped: [] });
      }),
      { numRuns: 30 },
    );
  });

  it('waits for a slow taker and ends with one that stops', async () => {
    const { set, seen } = slowDataset(100, () => 0);
    let taken = 0;
    for await (const { index } of streamImages(set, { prefetch: 4 })) {
      expect(index).toBe(taken++);
      await sleep(2);
      // The image in hand, and at most four ahead of it.
      expect(seen.started).toBeLessThanOrEqual(taken + 4);
      if (taken === 10) break;
    }
    expect(seen.started).toBeLessThanOrEqual(14);
  });

  it('stops at once when aborted, with the reason', async () => {
    const { set, seen } = slowDataset(100, (i) => (i === 3 ? 60_000 : 0));
    const abort = new AbortController();
    const images: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { index } of streamImages(set, { prefetch: 2, signal: abort.signal })) {
        images.push(index);
        // While the stream waits for image 3, which takes a minute.
        if (index === 2) setTimeout(() => abort.abort(new Error('stopped by hand')), 0);
      }
    };
    await expect(run()).rejects.toThrow('stopped by hand');
    expect(images).toEqual([0, 1, 2]);
    expect(seen.started).toBeLessThanOrEqual(5);
  });

  it('refuses the first corrupt image in order, or leaves them out and counts them', async () => {
    const { set } = slowDataset(6, (i) => 6 - i, [2, 4]);
    await expect(collect(streamImages(set))).rejects.toThrow('image 2: cannot be decoded');
    const stream = streamImages(set, { skipCorrupt: true });
    expect((await collect(stream)).map(({ index }) => index)).toEqual([0, 1, 3, 5]);
    expect(stream.counters).toMatchObject({ total: 6, delivered: 4 });
    expect(stream.counters.skipped.map(({ index, issue }) => [index, issue.code])).toEqual([
      [2, 'image-corrupt'],
      [4, 'image-corrupt'],
    ]);
    const none = slowDataset(1, () => 0, [0]);
    await expect(collect(streamImages(none.set, { skipCorrupt: true }))).rejects.toThrow(
      'slow: none of 1 images could be decoded [no-images-left]',
    );
  });

  it('gathers batches, the last one smaller', async () => {
    const { set } = slowDataset(5, () => 0);
    const sizes: unknown[] = [];
    for await (const { count, pixels, indices, labels } of inBatches(streamImages(set), 2)) {
      sizes.push([count, [...pixels], indices, labels]);
    }
    expect(sizes).toEqual([
      [2, [0, 1], [0, 1], [0, 1]],
      [2, [2, 3], [2, 3], [2, 3]],
      [1, [4], [4], [4]],
    ]);
  });
});

describe('decoding threads', () => {
  it('give the same images whatever their number, and refusals with the file name', async () => {
    for (let shade = 0; shade < 9; shade++) await writePicture(join(directory, 'a', `${shade}.png`), shade);
    const expected = Array.from({ length: 9 }, (_, shade) => plainPlanar(6, 4, shade));
    for (const threads of [0, 2]) {
      const set = await openDataset(directory, { threads });
      const images = await collect(streamImages(set, { prefetch: 7 }));
      expect(images.map(({ pixels }) => [...pixels])).toEqual(expected);
      await set.close();
    }
    writeFileSync(join(directory, 'a', '3.png'), 'no picture');
    const set = await openDataset(directory, { threads: 1 });
    await expect(collect(streamImages(set))).rejects.toThrow(
      `${join(directory, 'a', '3.png')}: cannot be decoded`,
    );
    const stream = streamImages(set, { skipCorrupt: true });
    expect(await collect(stream)).toHaveLength(8);
    await set.close();
    await expect(set.read(0)).rejects.toThrow('the data set has been closed');
  });
});
