import { fail, TallyError, type Issue } from '@tally/core';
import type { Dataset } from './dataset.ts';

/** Which images, in which order, and how eagerly. */
export interface StreamOptions {
  /** Indices in the order wanted; default: all, from 0. */
  readonly order?: ArrayLike<number>;
  /** Images that are read ahead of the one in use: the bound on memory. Default 16. */
  readonly prefetch?: number;
  /** Leave out images that cannot be decoded, and count them; default: refuse the first. */
  readonly skipCorrupt?: boolean;
  /** Stops the stream; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** One image of a stream. */
export interface StreamedImage {
  readonly index: number;
  readonly label: number | null;
  /** uint8, channels x rows x columns. */
  readonly pixels: Uint8Array;
}

/** An image that was left out, and why. */
export interface SkippedImage {
  readonly index: number;
  readonly issue: Issue;
}

/** How far a stream is; the same object throughout, its numbers change. */
export interface StreamCounters {
  /** Images that the stream shall give or skip. */
  readonly total: number;
  /** Images given so far. */
  readonly delivered: number;
  readonly skipped: readonly SkippedImage[];
}

/** Images one after the other; may be gone through once. */
export interface ImageStream extends AsyncIterable<StreamedImage> {
  readonly counters: StreamCounters;
}

const DEFAULT_PREFETCH = 16;
/** What `skipCorrupt` leaves out; a file that is missing or locked is no corrupt image. */
const SKIPPABLE: readonly string[] = ['image-corrupt', 'image-unsupported'];

type Outcome =
  | { readonly kind: 'image'; readonly image: StreamedImage }
  | { readonly kind: 'failed'; readonly index: number; readonly error: unknown };

/**
 * Reads images of a data set ahead of their use, at most `prefetch` of them, and gives them in the order asked for,
 * whatever the number of decoding threads. Who takes images slowly makes the stream wait; who stops taking
 * them ends it.
 *
 * @throws TallyError what {@link Dataset.read} refuses; `no-images-left` when every image had to be skipped
 * @throws RangeError for an index outside the data set
 */
export function streamImages(dataset: Dataset, options: StreamOptions = {}): ImageStream {
  const { prefetch = DEFAULT_PREFETCH, skipCorrupt = false, signal } = options;
  const order = options.order ?? Array.from({ length: dataset.length }, (_, i) => i);
  const counters = { total: order.length, delivered: 0, skipped: [] as SkippedImage[] };

  const start = async (index: number): Promise<Outcome> => {
    try {
      const pixels = await dataset.read(index);
      return { kind: 'image', image: { index, label: dataset.label(index), pixels } };
    } catch (error) {
      return { kind: 'failed', index, error };
    }
  };

  async function* images(): AsyncGenerator<StreamedImage> {
    const ahead: Promise<Outcome>[] = [];
    let next = 0;
    for (;;) {
      signal?.throwIfAborted();
      while (next < order.length && ahead.length < Math.max(1, prefetch)) ahead.push(start(order[next++]));
      const head = ahead.shift();
      if (head === undefined) break;
      const outcome = await orAborted(head, signal);
      if (outcome.kind === 'image') {
        counters.delivered++;
        yield outcome.image;
        continue;
      }
      const issue = skipCorrupt ? skippable(outcome.error) : null;
      if (issue === null) throw outcome.error;
      counters.skipped.push({ index: outcome.index, issue });
    }
    if (counters.delivered === 0 && counters.total > 0) {
      fail(
        'no-images-left',
        dataset.name,
        `none of ${counters.total} images could be decoded`,
        'check the files; the first is refused with its reason when corrupt images are not skipped',
      );
    }
  }
  return { counters, [Symbol.asyncIterator]: images };
}

/** `promise`, or the signal's reason as soon as it is aborted. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    promise
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
      .catch(reject);
  });
}

function skippable(error: unknown): Issue | null {
  if (!(error instanceof TallyError)) return null;
  const [issue] = error.issues;
  return SKIPPABLE.includes(issue.code) ? issue : null;
}

/** Several images of a stream back to back. */
export interface ImageBatch {
  readonly count: number;
  /** uint8, `count` x channels x rows x columns. */
  readonly pixels: Uint8Array;
  readonly indices: readonly number[];
  readonly labels: readonly (number | null)[];
}

/** The images of a stream, `size` at a time; the last batch may be smaller. */
export async function* inBatches(stream: ImageStream, size: number): AsyncGenerator<ImageBatch> {
  let images: StreamedImage[] = [];
  for await (const image of stream) {
    images.push(image);
    if (images.length < size) continue;
    yield batchOf(images);
    images = [];
  }
  if (images.length > 0) yield batchOf(images);
}

function batchOf(images: readonly StreamedImage[]): ImageBatch {
  const length = images[0].pixels.length;
  const pixels = new Uint8Array(images.length * length);
  images.forEach((image, i) => pixels.set(image.pixels, i * length));
  return {
    count: images.length,
    pixels,
    indices: images.map(({ index }) => index),
    labels: images.map(({ label }) => label),
  };
}
