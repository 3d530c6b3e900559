import { Worker } from 'node:worker_threads';
import { runMappingTask, type MappingTask, type TaskResult } from '@tally/core';
import type { TaskAnswer, TaskRequest } from './task-messages.ts';

/**
 * Processor seconds that searches take on this thread before it is judged whether others are worth starting. The first searches are the
 * longest, and slow until their code is compiled: judged earlier, what is left looks several times as long as it is.
 */
const TRIAL_SECONDS = 2;

/** Work that a thread must get to be worth starting, processor seconds: loading and compiling takes it 2 to 3 of them, and 200 to 400 MB. */
const SECONDS_PER_THREAD = 6;

/**
 * Worker threads for what is left to do.
 *
 * @param secondsLeft on one thread, as expected
 * @returns 0: no thread is worth starting
 */
export function workersFor(secondsLeft: number, threads: number): number {
  const workers = Math.min(threads, Math.floor(secondsLeft / SECONDS_PER_THREAD));
  return workers <= 1 ? 0 : workers;
}

const wallSeconds = (): number => performance.now() / 1000;

/** Processor time of this process, which other programs do not stretch. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e-6;
}

/**
 * Runs searches: on this thread, and as soon as it shows that there is enough to do, on worker threads. The results do not depend on the
 * number of threads (but for a budget of seconds), nor does their order: it is that of the tasks.
 *
 * @param done called after each search with how many are finished
 * @param spent processor seconds of this process
 */
export async function runTasks(
  tasks: ReadonlyMap<string, MappingTask>,
  threads: number,
  done: (finished: number) => void,
  spent: () => number = processorSeconds,
): Promise<ReadonlyMap<string, TaskResult>> {
  const results = new Map<string, TaskResult>();
  const take = (key: string, result: TaskResult): void => {
    results.set(key, result);
    done(results.size);
  };
  const start = spent();
  let workers = 0;
  for (const [key, task] of tasks) {
    take(key, runMappingTask(task, wallSeconds));
    const taken = spent() - start;
    const left = (taken / results.size) * (tasks.size - results.size);
    workers = taken < TRIAL_SECONDS ? 0 : workersFor(left, threads);
    if (workers > 0) break;
  }
  const queue = [...tasks]
    .filter(([key]) => !results.has(key))
    .map(([key, task]): TaskRequest => ({ key, task }))
    .reverse();
  await Promise.all(Array.from({ length: Math.min(workers, queue.length) }, () => serve(queue, take)));
  return new Map([...tasks.keys()].map((key) => [key, resultOf(results, key)]));
}

function resultOf(results: ReadonlyMap<string, TaskResult>, key: string): TaskResult {
  const result = results.get(key);
  if (result === undefined) throw new Error('a search has no result');
  return result;
}

/** One thread: takes tasks off the queue until it is empty. */
async function serve(queue: TaskRequest[], take: (key: string, result: TaskResult) => void): Promise<void> {
  // TypeScript when run from source, else what it was compiled to.
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './task-worker.ts' : './task-worker.js', import.meta.url);
  const worker = new Worker(entry, source ? { execArgv: ['--conditions=source'] } : {});
  try {
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const request = queue.pop();
        if (request === undefined) resolve();
        else worker.postMessage(request);
      };
      worker.on('message', (answer: TaskAnswer) => {
        if (answer.kind === 'failed') {
          reject(new Error(answer.text));
          return;
        }
        take(answer.key, answer.result);
        next();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a worker thread ended early with code ${code}`)));
      next();
    });
  } finally {
    worker.removeAllListeners('exit');
    await worker.terminate();
  }
}
