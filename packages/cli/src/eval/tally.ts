import { rankOf, wilsonInterval, type AccuracyReport } from '@tally/core';
import type { Scores } from './engine.ts';

/** Images counted so far, and how many had their label first, or among the first five. */
export interface Hits {
  readonly images: number;
  readonly top1: number;
  readonly top5: number;
}

export const NO_HITS: Hits = { images: 0, top1: 0, top5: 0 };

/** Adds the scores `[labels.length, classes]` of some images to the hits before them. */
export function addHits(hits: Hits, scores: Scores, labels: readonly number[], classes: number): Hits {
  let { top1, top5 } = hits;
  for (const [image, label] of labels.entries()) {
    const rank = rankOf(scores, label, image * classes, classes);
    if (rank === 0) top1++;
    if (rank < 5) top5++;
  }
  return { images: hits.images + labels.length, top1, top5 };
}

/** The accuracy of `correct` among `images`, with its interval. */
export function accuracyOf(correct: number, images: number): AccuracyReport {
  return { correct, images, share: correct / images, interval: wilsonInterval(correct, images) };
}
