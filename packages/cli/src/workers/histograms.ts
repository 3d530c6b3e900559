import type { LevelHistogram } from '@tally/core';

/** Adds a part's histogram; sums of integers below 2^53 are exact in any order. */
export function addHistogram(sums: Map<string, LevelHistogram>, id: string, part: LevelHistogram): void {
  const sum = sums.get(id);
  if (sum === undefined) {
    sums.set(id, part);
    return;
  }
  const { counts } = sum;
  for (let i = 0; i < counts.length; i++) counts[i] += part.counts[i];
  sums.set(id, { ...sum, images: sum.images + part.images });
}
