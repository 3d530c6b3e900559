import { fail, TallyError, type LevelHistogram } from '@tally/core';
import { inBatches, streamImages, type Dataset, type ImageBatch } from '../data/index.ts';
import { percent } from '../terminal/number.ts';
import type { Progress } from '../terminal/progress.ts';
import type { ScoreEngine, Scores } from './engine.ts';
import { NO_HITS, addHits, type Hits } from './tally.ts';
import { readState, writeState } from './state.ts';

/** How an evaluation goes, whatever is evaluated. */
export interface EvaluateOptions {
  /** The first so many images of the data set. */
  readonly images: number;
  /** File that an interrupted evaluation continues from, and leaves behind; null: none. */
  readonly state: string | null;
  /** What else decides the result, e.g. the chip that is counted for. */
  readonly context: string;
  /** Leave out pictures that cannot be decoded. */
  readonly skipCorrupt: boolean;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** What an evaluation found. */
export interface EvaluationResult {
  readonly hits: Hits;
  /** Pictures that were left out, each with its reason. */
  readonly skipped: readonly string[];
  readonly histograms: ReadonlyMap<string, LevelHistogram>;
  /** Wall time of this process's part, and its images. */
  readonly seconds: number;
  readonly scored: number;
}

/** Images, and milliseconds, between two writings of the state: whichever is over first. */
const STATE_EVERY = 500;
const STATE_EVERY_MS = 20_000;

/**
 * Scores the first images of a data set, a chunk at a time: while one is scored the next is being
 * decoded, and no more than these two are held. Whatever ends it early, the state is left behind.
 *
 * @param start makes the engine, given the histograms of the images that are done already.
 * @throws TallyError what the data set refuses; `labels-missing` for an image without a label,
 *   `label-out-of-range` for one whose label is no class of the network; `scores-not-numbers`; what
 *   {@link readState} refuses
 */
export async function evaluate(
  start: (before: ReadonlyMap<string, LevelHistogram>) => Promise<ScoreEngine>,
  identity: { readonly hash: string; readonly form: string },
  dataset: Dataset,
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  const { images, state: path, progress, skipCorrupt, signal } = options;
  const { hash, form } = identity;
  const name = JSON.stringify({
    hash,
    form,
    dataset: dataset.identity,
    images,
    context: options.context,
    skipCorrupt,
  });
  const found = path === null ? null : await readState(path, name);
  const engine = await start(found?.histograms ?? new Map());
  let done = found?.done ?? 0;
  let hits = found?.hits ?? NO_HITS;
  const before = found?.skipped ?? [];
  const began = performance.now();
  const first = hits.images;
  const order = Array.from({ length: images - done }, (_, i) => done + i);
  const stream = streamImages(dataset, {
    order,
    prefetch: engine.chunk,
    skipCorrupt,
    ...(signal === undefined ? {} : { signal }),
  });
  // Pictures behind the last one scored may be skipped already: only those before `end` belong to a state.
  const skippedBefore = (end: number): readonly string[] => [
    ...before,
    ...stream.counters.skipped
      .filter(({ index }) => index < end)
      .map(({ index, issue }) => `${dataset.source(index)}: ${issue.message}`),
  ];
  let written = { done, at: began };
  // After a chunk that failed halfway the counters hold images that are not done: the last state stays.
  let scoring = false;
  const save = async (): Promise<void> => {
    if (path === null || written.done === done || scoring) return;
    writeState(path, {
      identity: name,
      done,
      skipped: skippedBefore(done),
      hits,
      histograms: await engine.histograms(),
    });
    written = { done, at: performance.now() };
  };
  try {
    if (order.length > 0) {
      for await (const batch of batchesOrNone(inBatches(stream, engine.chunk), first > 0)) {
        const labels = batch.labels.map((label, i) =>
          checkedLabel(label, engine.classes, dataset, batch.indices[i]),
        );
        scoring = true;
        const scores = await engine.score(batch.pixels, batch.count);
        checkScores(scores, engine.classes, dataset, batch.indices);
        hits = addHits(hits, scores, labels, engine.classes);
        done = batch.indices[batch.count - 1] + 1;
        scoring = false;
        progress.update(
          done,
          `top-1 ${percent(hits.top1 / hits.images, 2)}, top-5 ${percent(hits.top5 / hits.images, 2)}`,
        );
        if (done - written.done >= STATE_EVERY || performance.now() - written.at >= STATE_EVERY_MS)
          await save();
      }
    }
    done = images;
    return {
      hits,
      skipped: skippedBefore(images),
      histograms: await engine.histograms(),
      seconds: (performance.now() - began) / 1000,
      scored: hits.images - first,
    };
  } finally {
    progress.finish();
    try {
      await save();
    } finally {
      await engine.close();
    }
  }
}

/** Batches; none instead of `no-images-left` when images were scored before and all the rest is corrupt. */
async function* batchesOrNone(
  batches: AsyncIterable<ImageBatch>,
  mayBeNone: boolean,
): AsyncGenerator<ImageBatch> {
  try {
    yield* batches;
  } catch (error) {
    const isNone = error instanceof TallyError && error.issues[0].code === 'no-images-left';
    if (!isNone || !mayBeNone) throw error;
  }
}

function checkedLabel(label: number | null, classes: number, dataset: Dataset, index: number): number {
  if (label === null) {
    return fail(
      'labels-missing',
      dataset.source(index),
      'has no label, and an accuracy is what is asked for',
      'give --labels, or use tally run, which counts without labels',
    );
  }
  if (label < classes) return label;
  return fail(
    'label-out-of-range',
    dataset.source(index),
    `has the label ${label}, the network tells ${classes} classes apart (0 to ${classes - 1})`,
    'use the data set that the network was trained for',
  );
}

/** No comparison with NaN holds: it would pass for the largest score. */
function checkScores(scores: Scores, classes: number, dataset: Dataset, indices: readonly number[]): void {
  const at = scores.findIndex(Number.isNaN);
  if (at < 0) return;
  const image = Math.floor(at / classes);
  fail(
    'scores-not-numbers',
    dataset.source(indices[image]),
    `the network's score of class ${at % classes} is no number (NaN)`,
    'check the weights, and the normalisation that the network expects',
  );
}
