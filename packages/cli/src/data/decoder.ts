import { Worker } from 'node:worker_threads';
import { TallyError } from '@tally/core';
import type { DecodeAnswer, DecodeTask } from './decode-messages.ts';
import { loadImage, type ImageJob, type LoadedImage } from './load-image.ts';

/** Where pictures are decoded: in this thread, or in others. */
export interface Decoder {
  /** As {@link loadImage}; jobs beyond what the threads can take wait their turn, in order. */
  load(job: ImageJob): Promise<LoadedImage>;
  /** How many jobs make progress at the same time: more than that in flight is of no use. */
  readonly width: number;
  close(): Promise<void>;
}

/** Jobs that a thread has at once: while one is decoded natively, the other is resampled. */
const JOBS_PER_THREAD = 2;

/**
 * Starts a decoder.
 *
 * @param threads worker threads; 0 resamples in the calling thread (native decoding never blocks it)
 */
export function startDecoder(threads: number): Decoder {
  if (threads === 0) return { load: loadImage, width: JOBS_PER_THREAD, close: () => Promise.resolve() };
  return new DecoderPool(threads);
}

/** Beside this file: TypeScript when run from source, else what it was compiled to. */
function startWorker(): Worker {
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './decode-worker.ts' : './decode-worker.js', import.meta.url);
  return new Worker(entry, source ? { execArgv: ['--conditions=source'] } : {});
}

interface Pending {
  readonly worker: Worker;
  readonly resolve: (image: LoadedImage) => void;
  readonly reject: (error: Error) => void;
}

class DecoderPool implements Decoder {
  readonly width: number;
  readonly #load = new Map<Worker, number>();
  readonly #pending = new Map<number, Pending>();
  readonly #waiting: (() => void)[] = [];
  #next = 0;
  #broken: Error | null = null;

  constructor(threads: number) {
    this.width = threads * JOBS_PER_THREAD;
    for (let i = 0; i < threads; i++) {
      const worker = startWorker();
      this.#load.set(worker, 0);
      worker.on('message', (answer: DecodeAnswer) => this.#settle(answer));
      worker.on('error', (error: Error) => this.#breakDown(error));
      worker.on('exit', () => this.#breakDown(new Error('a decoding thread ended early')));
    }
  }

  async load(job: ImageJob): Promise<LoadedImage> {
    if (this.#pending.size >= this.width) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return new Promise((resolve, reject) => {
      if (this.#broken !== null) {
        reject(this.#broken);
        return;
      }
      const worker = this.#idlest();
      const task = this.#next++;
      this.#load.set(worker, this.#load.get(worker)! + 1);
      this.#pending.set(task, { worker, resolve, reject });
      worker.postMessage({ task, job } satisfies DecodeTask);
    });
  }

  async close(): Promise<void> {
    this.#breakDown(new Error('the data set has been closed'));
    await Promise.all([...this.#load.keys()].map((worker) => worker.terminate()));
  }

  #idlest(): Worker {
    return [...this.#load].reduce((a, b) => (b[1] < a[1] ? b : a))[0];
  }

  #settle(answer: DecodeAnswer): void {
    const pending = this.#pending.get(answer.task);
    if (pending === undefined) return;
    this.#pending.delete(answer.task);
    this.#load.set(pending.worker, this.#load.get(pending.worker)! - 1);
    this.#waiting.shift()?.();
    if (answer.kind === 'done') pending.resolve(answer.image);
    else pending.reject(answer.issues.length > 0 ? new TallyError(answer.issues) : new Error(answer.text));
  }

  /** Every job ends with the first reason why the threads did. */
  #breakDown(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#broken);
    this.#pending.clear();
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
