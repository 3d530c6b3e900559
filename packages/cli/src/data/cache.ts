import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { fail, TallyError, type Issue } from '@tally/core';
import { checkIndex, type Dataset } from './dataset.ts';
import { streamImages } from './stream.ts';

/** What is told while a cache is made. */
export interface CacheOptions {
  /** Called with the number of images decoded so far. */
  readonly progress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * End of a cache file, as JSON, behind the pixels of all images in order; after it its own length (uint32, little
 * endian) and {@link MAGIC}. What cannot be decoded has zeros for pixels and its issue here.
 */
interface Footer {
  readonly version: 1;
  readonly identity: string;
  readonly shape: readonly number[];
  readonly length: number;
  /** CRC-32 of each image's pixels. */
  readonly checksums: readonly number[];
  readonly corrupt: readonly { readonly index: number; readonly issue: Issue }[];
}

const MAGIC = Buffer.from('TALLYIMG', 'latin1');
const TAIL = 4 + MAGIC.length;

/**
 * A data set whose pixels come from `folder`: one file per identity, hence per transform. It is made when it is not
 * there, whole or not at all; one that does not fit is refused, not replaced. Every image is checked as it is read.
 * The data set given in is closed with the one given back.
 *
 * @throws TallyError `cache-invalid`, `cache-not-writable`, and what decoding refuses other than corrupt images,
 * which are refused again whenever they are read
 */
export async function openCached(
  dataset: Dataset,
  folder: string,
  options: CacheOptions = {},
): Promise<Dataset> {
  const path = join(folder, `${dataset.identity}.images`);
  if (!existsSync(path)) await write(dataset, folder, path, options);
  const handle = await open(path, 'r');
  try {
    const footer = await readFooter(handle, path, dataset);
    return cachedDataset(dataset, handle, path, footer);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function cachedDataset(dataset: Dataset, handle: FileHandle, path: string, footer: Footer): Dataset {
  const size = imageSize(dataset);
  const corrupt = new Map(footer.corrupt.map(({ index, issue }) => [index, issue]));
  return {
    ...dataset,
    async read(index) {
      checkIndex(index, dataset.length);
      const issue = corrupt.get(index);
      if (issue !== undefined) throw new TallyError([issue]);
      const pixels = new Uint8Array(size);
      await handle.read(pixels, 0, size, index * size);
      if (crc32(pixels) !== footer.checksums[index]) invalid(path, `image ${index} has a wrong checksum`);
      return pixels;
    },
    async close() {
      await handle.close();
      await dataset.close();
    },
  };
}

async function write(dataset: Dataset, folder: string, path: string, options: CacheOptions): Promise<void> {
  const temporary = join(folder, `.tally-${randomUUID()}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      await writeImages(dataset, handle, options);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof TallyError || code === undefined) throw error;
    fail(
      'cache-not-writable',
      folder,
      `the cache cannot be written (${code})`,
      'free space or name another folder',
    );
  }
}

async function writeImages(
  dataset: Dataset,
  handle: FileHandle,
  { progress, signal }: CacheOptions,
): Promise<void> {
  const size = imageSize(dataset);
  const checksums = new Array<number>(dataset.length).fill(0);
  const stream = streamImages(dataset, { skipCorrupt: true, ...(signal === undefined ? {} : { signal }) });
  for await (const { index, pixels } of stream) {
    await handle.write(pixels, 0, size, index * size);
    checksums[index] = crc32(pixels);
    progress?.(stream.counters.delivered + stream.counters.skipped.length);
  }
  const footer: Footer = {
    version: 1,
    identity: dataset.identity,
    shape: dataset.shape,
    length: dataset.length,
    checksums,
    corrupt: stream.counters.skipped,
  };
  const json = Buffer.from(JSON.stringify(footer));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  await handle.write(Buffer.concat([json, length, MAGIC]), 0, null, dataset.length * size);
}

async function readFooter(handle: FileHandle, path: string, dataset: Dataset): Promise<Footer> {
  const end = (await handle.stat()).size;
  const pixels = dataset.length * imageSize(dataset);
  const tail = Buffer.alloc(TAIL);
  if (end < pixels + TAIL) invalid(path, `has ${end} bytes, its images alone have ${pixels}`);
  await handle.read(tail, 0, TAIL, end - TAIL);
  if (!tail.subarray(4).equals(MAGIC)) invalid(path, 'does not end as an image cache ends');
  const length = tail.readUInt32LE(0);
  if (pixels + length + TAIL !== end) invalid(path, 'its parts do not add up to its size');
  const json = Buffer.alloc(length);
  await handle.read(json, 0, length, pixels);
  let footer: Partial<Footer>;
  try {
    footer = JSON.parse(json.toString('utf8')) as Partial<Footer>;
  } catch {
    return invalid(path, 'its description is damaged');
  }
  const fits =
    footer.version === 1 &&
    footer.identity === dataset.identity &&
    footer.length === dataset.length &&
    JSON.stringify(footer.shape) === JSON.stringify(dataset.shape) &&
    footer.checksums?.length === dataset.length &&
    Array.isArray(footer.corrupt);
  return fits ? (footer as Footer) : invalid(path, 'describes other images');
}

function imageSize({ shape }: Dataset): number {
  return shape[0] * shape[1] * shape[2];
}

function invalid(path: string, what: string): never {
  return fail(
    'cache-invalid',
    path,
    `is no cache of these images: ${what}`,
    'remove the file; it is made again',
  );
}
