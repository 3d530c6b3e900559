import { fail, type LevelHistogram } from '@tally/core';
import { inBatches, streamImages, type Dataset } from '../data/index.ts';
import { percent } from '../terminal/number.ts';
import type { Progress } from '../terminal/progress.ts';
import type { ScoreEngine } from './engine.ts';
import { NO_HITS, addHits, type Hits } from './tally.ts';
import { readState, writeState, type EvaluationState } from './state.ts';

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

/** Images between two writings of the state. */
const STATE_EVERY = 500;

/**
 * Scores the first images of a data set, a chunk at a time: while one is scored the next is being
 * decoded, and no more than these two are held.
 *
 * @param start makes the engine, given the histograms of the images that are done already.
 * @throws TallyError what the data set refuses; `labels-missing` for an image without a label; what
 *   {@link readState} refuses
 */
export async function evaluate(
  start: (before: ReadonlyMap<string, LevelHistogram>) => Promise<ScoreEngine>,
  identity: { readonly hash: string; readonly form: string },
  dataset: Dataset,
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  const { images, state: path, progress, skipCorrupt, signal } = options;
  const name = JSON.stringify({
    ...identity,
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
  try {
    const order = Array.from({ length: images - done }, (_, i) => done + i);
    const stream = streamImages(dataset, {
      order,
      prefetch: engine.chunk,
      skipCorrupt,
      ...(signal === undefined ? {} : { signal }),
    });
    const skipped = (): string[] => [
      ...before,
      ...stream.counters.skipped.map(({ index, issue }) => `${dataset.source(index)}: ${issue.message}`),
    ];
    let written = done;
    for await (const batch of order.length === 0 ? [] : inBatches(stream, engine.chunk)) {
      const labels = batch.labels.map((label, i) => label ?? refuseUnlabelled(dataset, batch.indices[i]));
      const scores = await engine.score(batch.pixels, batch.count);
      hits = addHits(hits, scores, labels, engine.classes);
      done = batch.indices[batch.count - 1] + 1;
      progress.update(
        done,
        `top-1 ${percent(hits.top1 / hits.images, 2)}, top-5 ${percent(hits.top5 / hits.images, 2)}`,
      );
      if (path !== null && done - written >= STATE_EVERY) {
        // Pictures read ahead may be skipped already: only those before `done` belong to this state.
        const past = stream.counters.skipped.filter(({ index }) => index < done).length;
        writeState(path, stateOf(name, done, skipped().slice(0, before.length + past), hits, engine));
        written = done;
      }
    }
    const result = { hits, skipped: skipped(), histograms: engine.histograms() };
    if (path !== null) writeState(path, stateOf(name, images, result.skipped, hits, engine));
    return { ...result, seconds: (performance.now() - began) / 1000, scored: hits.images - first };
  } finally {
    progress.finish();
    await engine.close();
  }
}

function stateOf(
  identity: string,
  done: number,
  skipped: readonly string[],
  hits: Hits,
  engine: ScoreEngine,
): EvaluationState {
  return { identity, done, skipped, hits, histograms: engine.histograms() };
}

function refuseUnlabelled(dataset: Dataset, index: number): never {
  return fail(
    'labels-missing',
    dataset.source(index),
    'has no label, and an accuracy is what is asked for',
    'give --labels, or use tally run, which counts without labels',
  );
}
