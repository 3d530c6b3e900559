import { open } from 'node:fs/promises';
import {
  applyTransform,
  applyView,
  fail,
  Random,
  randomView,
  toPlanar,
  type RgbImage,
  type Transform,
} from '@tally/core';
import { decodeImage } from './decode.ts';

/** An encoded picture: a file of its own, or a part of an archive. */
export interface ImageFile {
  readonly path: string;
  /** First byte in the file. */
  readonly offset: number;
  /** Number of bytes. */
  readonly length: number;
  /** What messages call it. */
  readonly source: string;
}

/** One picture to read, decode and transform; plain data, so that it can go to another thread. */
export interface ImageJob {
  readonly file: ImageFile;
  readonly transform: Transform;
  /** Rows and columns that must come out; null accepts any. */
  readonly size: readonly [number, number] | null;
  /** Names a view of the picture, which is then made of `size` instead of transformed; null for the picture itself. */
  readonly view: { readonly seed: number; readonly path: readonly (string | number)[] } | null;
}

/** Pixels channel by channel: uint8, 3 x `height` x `width`. */
export interface LoadedImage {
  readonly width: number;
  readonly height: number;
  readonly planar: Uint8Array<ArrayBuffer>;
}

/**
 * Reads, decodes and transforms a picture.
 *
 * @throws TallyError `image-unreadable`, `image-shape-mismatch`, and what `decodeImage` refuses
 */
export async function loadImage({ file, transform, size, view }: ImageJob): Promise<LoadedImage> {
  const picture = await decodeImage(await readEncoded(file), file.source);
  if (view !== null && size !== null) return viewOf(picture, transform, size, view);
  const { width, height, planar } = applyTransform(picture, transform);
  if (size !== null && (height !== size[0] || width !== size[1])) {
    fail(
      'image-shape-mismatch',
      file.source,
      `gives ${height}×${width} pixels (rows × columns), ${size[0]}×${size[1]} are needed`,
      `choose a transform that makes all images alike, as --transform imagenet does`,
    );
  }
  return { width, height, planar: planar as Uint8Array<ArrayBuffer> };
}

function viewOf(
  picture: RgbImage,
  { interpolation }: Transform,
  [height, width]: readonly [number, number],
  { seed, path }: NonNullable<ImageJob['view']>,
): LoadedImage {
  const random = new Random(seed, 'view', ...path);
  const view = randomView(picture, () => random.unit());
  const planar = toPlanar(applyView(picture, view, { width, height }, interpolation));
  return { width, height, planar: planar as Uint8Array<ArrayBuffer> };
}

async function readEncoded({ path, offset, length, source }: ImageFile): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const bytes = new Uint8Array(length);
      let got = 0;
      while (got < length) {
        const { bytesRead } = await handle.read(bytes, got, length - got, offset + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return bytes.subarray(0, got);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return fail(
      'image-unreadable',
      source,
      `cannot be read (${code})`,
      'check that it is there and its permissions',
    );
  }
}
