import type { Outcome } from '../packages/core/src/frontend/onnx/examine.test-support.ts';

/** What a fuzzing worker is to do: cases `first` to `last` - 1. */
export interface ToWorker {
  readonly files: readonly string[];
  readonly seed: number;
  readonly first: number;
  readonly last: number;
  /** Whether accepted files are imported as networks too. */
  readonly imports: boolean;
}

/** What a fuzzing worker tells. */
export type FromWorker =
  | { readonly kind: 'start'; readonly index: number }
  | {
      readonly kind: 'end';
      readonly index: number;
      readonly outcome: Outcome;
      /** Processor time that the case took. */
      readonly cpuMs: number;
      /** Largest resident set of the process so far. */
      readonly rssKib: number;
    }
  | { readonly kind: 'done' };
