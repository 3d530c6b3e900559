import type { Issue } from '@tally/core';
import type { ImageJob, LoadedImage } from './load-image.ts';

/** Work for a decoding thread. */
export interface DecodeTask {
  /** Identifies the task in the answer. */
  readonly task: number;
  readonly job: ImageJob;
}

/** A decoding thread's answer; a `TallyError` travels by its issues, another error by its text. */
export type DecodeAnswer =
  | { readonly kind: 'done'; readonly task: number; readonly image: LoadedImage }
  | {
      readonly kind: 'failed';
      readonly task: number;
      readonly issues: readonly Issue[];
      readonly text: string;
    };
