import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCached } from './cache.ts';
import { openDataset } from './open.ts';
import { plainPlanar, writePicture } from '../testing/pictures.ts';
import { streamImages } from './stream.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-cache-'));
const images = join(directory, 'images');
const cache = join(directory, 'cache', 'deep');
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(async () => {
  for (let shade = 0; shade < 4; shade++) await writePicture(join(images, 'a', `${shade}.png`), shade);
  writeFileSync(join(images, 'a', '2.png'), 'no picture');
});

describe('openCached', () => {
  it('gives the same images without decoding them again, and the same refusals', async () => {
    const shape = [3, 4, 6] as const;
    const done: number[] = [];
    const first = await openCached(await openDataset(images, { shape }), cache, {
      progress: (n) => done.push(n),
    });
    expect(done).toEqual([1, 2, 4]); // the one skipped is counted with the next
    await first.close();
    // Same names and sizes, other content: only the cache still has what was there.
    for (const name of ['0.png', '1.png', '3.png']) {
      const path = join(images, 'a', name);
      writeFileSync(path, Buffer.alloc(readFileSync(path).length));
    }
    const dataset = await openDataset(images, { shape });
    const set = await openCached(dataset, cache);
    expect(set).toMatchObject({ length: 4, identity: dataset.identity, kind: 'class-folders' });
    for (const shade of [0, 1, 3]) expect([...(await set.read(shade))]).toEqual(plainPlanar(6, 4, shade));
    await expect(set.read(2)).rejects.toThrow('2.png: cannot be decoded');
    const stream = streamImages(set, { skipCorrupt: true });
    let count = 0;
    for await (const { label } of stream) count += label === 0 ? 1 : 0;
    expect([count, stream.counters.skipped.length]).toEqual([3, 1]);
    await set.close();
    expect(readdirSync(cache)).toEqual([`${dataset.identity}.images`]);
  });

  it('refuses a cache that was changed, with what is wrong', async () => {
    const dataset = await openDataset(images, { shape: [3, 4, 6] });
    const path = join(cache, `${dataset.identity}.images`);
    const whole = readFileSync(path);
    const withByte = (at: number, value: number): Buffer => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      return bytes;
    };
    const refusals: readonly (readonly [Uint8Array, string])[] = [
      [whole.subarray(0, 100), 'has 100 bytes, its images alone have 288'], // 4 x 3 x 4 x 6
      [whole.subarray(0, whole.length - 1), 'does not end as an image cache ends'],
      [Buffer.concat([Buffer.alloc(1), whole]), 'its parts do not add up to its size'],
      [withByte(288, 0x20), 'its description is damaged'],
      [withByte(whole.indexOf(dataset.identity), 0x78), 'describes other images'],
    ];
    for (const [bytes, message] of refusals) {
      writeFileSync(path, bytes);
      await expect(openCached(dataset, cache)).rejects.toThrow(
        `${path}: is no cache of these images: ${message} [cache-invalid] — remove the file; it is made again`,
      );
    }
    writeFileSync(path, withByte(72, whole[72] ^ 1)); // in image 1, which begins at 3 x 4 x 6 = 72
    const set = await openCached(dataset, cache);
    await expect(set.read(1)).rejects.toThrow('image 1 has a wrong checksum');
    expect([...(await set.read(0))]).toEqual(plainPlanar(6, 4, 0));
    await set.close();
  });

  it('leaves nothing behind when it is stopped', async () => {
    const abort = new AbortController();
    const folder = join(directory, 'stopped');
    const dataset = await openDataset(images, { shape: [3, 4, 6] });
    abort.abort(new Error('stopped by hand'));
    await expect(openCached(dataset, folder, { signal: abort.signal })).rejects.toThrow('stopped by hand');
    expect(readdirSync(folder)).toEqual([]);
  });
});
