import type { FloatTensor } from '@tally/core';
import type { StepStart } from './step-runner.ts';

/** What a replica's thread is started with. */
export interface ReplicaStart extends StepStart {
  /** Of all replicas, shared: 1 while one is within onnxruntime. */
  readonly busy: Int32Array;
  /** Which one of them this is. */
  readonly index: number;
}

/** Part of a batch for a replica, and what it takes the step from. */
export interface ReplicaRequest {
  readonly state: ReadonlyMap<string, FloatTensor>;
  /** Codes `[images, ...shape]`. */
  readonly images: Uint8Array;
  readonly shape: readonly number[];
  readonly labels: BigInt64Array;
  readonly learningRate: number;
}

/** A replica's answer; it is ready once before any request. */
export type ReplicaAnswer =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'stepped';
      readonly state: ReadonlyMap<string, FloatTensor>;
      readonly loss: number;
      readonly correct: number;
    }
  | { readonly kind: 'failed'; readonly text: string };
