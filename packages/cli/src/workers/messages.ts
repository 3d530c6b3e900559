import type { Issue, LevelHistogram, Network } from '@tally/core';

/** What a worker is started with. */
export interface WorkerStart {
  readonly network: Network;
}

/** What a worker is asked for; it answers each request once, in order. */
export type WorkerRequest =
  /** Begin a run; its counters start at zero. */
  | { readonly kind: 'start'; readonly histogramDigitBits: ReadonlyMap<string, number> }
  /** Run some more images, in memory that all workers share. */
  | { readonly kind: 'images'; readonly images: Uint8Array; readonly count: number }
  /** Give the level histogram of a layer over this worker's images so far. */
  | { readonly kind: 'histogram'; readonly layer: string };

/** A worker's answers: `ready` once, unasked, then one for each request. */
export type WorkerAnswer =
  | { readonly kind: 'ready'; readonly memoryBytes: number; readonly batch: number }
  | { readonly kind: 'started' }
  | { readonly kind: 'outputs'; readonly outputs: Int32Array }
  | { readonly kind: 'histogram'; readonly histogram: LevelHistogram }
  /** A `TallyError`, by its issues, or another error by its text. */
  | { readonly kind: 'failed'; readonly issues: readonly Issue[]; readonly text: string };
