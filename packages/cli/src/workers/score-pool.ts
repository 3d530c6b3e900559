import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { TallyError, type Issue, type SimplifiedGraph } from '@tally/core';

/** What a thread is started with. */
export interface ScoreStart {
  readonly graph: SimplifiedGraph;
  /** Images of every run. */
  readonly batch: number;
  readonly shape: readonly [number, number, number];
  /** False: the graph reads pixel codes. */
  readonly isNormalised: boolean;
  /** Of the core's `normalizationTable`. */
  readonly table: Float32Array;
}

/** A thread's answer to one batch of images. */
export type ScoreAnswer =
  | { readonly kind: 'scores'; readonly scores: Float32Array }
  | { readonly kind: 'failed'; readonly issues: readonly Issue[]; readonly text: string };

/** Threads that run an ONNX graph with the float executor. */
export interface ScorePool {
  /** Scores of one batch on thread `index`, which must be idle. @throws TallyError what the executor refuses */
  run(index: number, images: Uint8Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Starts the threads; each prepares its executor with its first images. */
export function startScorePool(start: ScoreStart, threads: number): ScorePool {
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './score-worker.ts' : './score-worker.js', import.meta.url);
  const options = { workerData: start, ...(source ? { execArgv: ['--conditions=source'] } : {}) };
  const workers = Array.from({ length: threads }, () => new Worker(entry, options));
  return {
    async run(index, images) {
      const worker = workers[index];
      worker.postMessage(images);
      const [answer] = (await once(worker, 'message')) as [ScoreAnswer];
      if (answer.kind === 'scores') return answer.scores;
      throw answer.issues.length > 0 ? new TallyError(answer.issues) : new Error(answer.text);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
