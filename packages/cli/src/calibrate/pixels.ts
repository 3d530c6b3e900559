import { Tensor } from 'onnxruntime-node';

/** Decoded images in memory: codes, one image behind the other. A thousand of 3 x 224 x 224 are 151 MB. */
export interface Pixels {
  readonly count: number;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** What {@link readPixels} reads from: a data set, as far as it matters here. */
export interface PixelSource {
  readonly length: number;
  readonly shape: readonly number[];
  read(index: number): Promise<Uint8Array>;
  view(index: number, seed: number, number: number): Promise<Uint8Array>;
}

/** Random views that are read beside the images themselves. */
export interface Views {
  /** Views of each image, the image itself counted: 1 for nothing else. */
  readonly perImage: number;
  readonly seed: number;
}

/** Images read at the same time. */
const AHEAD = 8;

/**
 * Reads the first `count` images of a source; when there are more, evenly spread ones, so that a
 * folder sorted by class still gives images of many classes.
 *
 * @param count at most `source.length`.
 * @param views the images come first, then one more view of every image, then another, ...
 */
export async function readPixels(
  source: PixelSource,
  count: number,
  views: Views = { perImage: 1, seed: 1 },
  onRead: (done: number) => void = () => undefined,
): Promise<Pixels> {
  const size = source.shape.reduce((product, extent) => product * extent, 1);
  const total = count * views.perImage;
  const data = new Uint8Array(total * size);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < total) {
      const at = next++;
      const image = Math.floor(((at % count) * source.length) / count);
      const number = Math.floor(at / count);
      const read = number === 0 ? source.read(image) : source.view(image, views.seed, number);
      data.set(await read, at * size);
      onRead(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AHEAD, total) }, worker));
  return { count: total, shape: source.shape, data };
}

/** At most `count` of the images, evenly spread. */
export function spreadPixels(pixels: Pixels, count: number): Pixels {
  if (count >= pixels.count) return pixels;
  const size = pixels.data.length / pixels.count;
  const data = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * pixels.count) / count) * size;
    data.set(pixels.data.subarray(from, from + size), i * size);
  }
  return { count, shape: pixels.shape, data };
}

/** The first `count` images. The data are shared, not copied. */
export function firstPixels(pixels: Pixels, count: number): Pixels {
  const size = pixels.data.length / pixels.count;
  return { ...pixels, count, data: pixels.data.subarray(0, count * size) };
}

/** Images `start` .. `start + batch - 1` as a tensor; past the end, the last image repeats. */
export function pixelBatch(pixels: Pixels, start: number, batch: number): Tensor {
  const size = pixels.data.length / pixels.count;
  const shape = [batch, ...pixels.shape];
  if (start + batch <= pixels.count) {
    return new Tensor('uint8', pixels.data.subarray(start * size, (start + batch) * size), shape);
  }
  const data = new Uint8Array(batch * size);
  for (let i = 0; i < batch; i++) {
    const index = Math.min(start + i, pixels.count - 1);
    data.set(pixels.data.subarray(index * size, (index + 1) * size), i * size);
  }
  return new Tensor('uint8', data, shape);
}
