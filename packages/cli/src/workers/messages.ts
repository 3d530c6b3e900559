import type { Issue, LevelHistogram, Network } from '@tally/core';

/** What a worker is started with. */
export interface WorkerStart {
  readonly network: Network;
}

/** Work: some images of a run. */
export interface WorkerTask {
  readonly kind: 'task';
  /** Identifies the task in the answer. */
  readonly task: number;
  /** Images of the task, in memory that all workers share. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly histogramDigitBits: ReadonlyMap<string, number>;
}

/** A worker's answers. Sent once with `ready`, then one for each task. */
export type WorkerAnswer =
  | { readonly kind: 'ready'; readonly memoryBytes: number; readonly batch: number }
  | {
      readonly kind: 'done';
      readonly task: number;
      readonly outputs: Int32Array;
      readonly histograms: ReadonlyMap<string, LevelHistogram>;
    }
  /** A `TallyError`, by its issues, or another error by its text. */
  | { readonly kind: 'failed'; readonly issues: readonly Issue[]; readonly text: string };
