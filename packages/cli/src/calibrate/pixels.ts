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
}

/** Images read at the same time. */
const AHEAD = 8;

/**
 * Reads the first `count` images of a source; when there are more, evenly spread ones, so that a
 * folder sorted by class still gives images of many classes.
 *
 * @param count at most `source.length`.
 */
export async function readPixels(
  source: PixelSource,
  count: number,
  onRead: (done: number) => void = () => undefined,
): Promise<Pixels> {
  const size = source.shape.reduce((product, extent) => product * extent, 1);
  const data = new Uint8Array(count * size);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const at = next++;
      data.set(await source.read(Math.floor((at * source.length) / count)), at * size);
      onRead(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AHEAD, count) }, worker));
  return { count, shape: source.shape, data };
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
