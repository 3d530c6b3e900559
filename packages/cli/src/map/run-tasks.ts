import { Worker } from 'node:worker_threads';
import { runMappingTask, type MappingTask, type TaskResult } from '@tally/core';
import type { TaskAnswer, TaskRequest } from './task-messages.ts';

/** So many searches are worth a thread of their own: starting one costs as much as some. */
const TASKS_PER_THREAD = 16;

/**
 * Runs searches, on worker threads where there are enough of them. The results do not depend on the number of threads (but for a budget
 * of seconds), nor does their order: it is that of the tasks.
 *
 * @param done called after each search with how many are finished
 */
export async function runTasks(
  tasks: ReadonlyMap<string, MappingTask>,
  threads: number,
  done: (finished: number) => void,
): Promise<ReadonlyMap<string, TaskResult>> {
  const workers = Math.min(threads, Math.ceil(tasks.size / TASKS_PER_THREAD));
  const results = new Map<string, TaskResult>();
  const take = (key: string, result: TaskResult): void => {
    results.set(key, result);
    done(results.size);
  };
  if (workers <= 1) {
    for (const [key, task] of tasks)
      take(
        key,
        runMappingTask(task, () => performance.now() / 1000),
      );
    return results;
  }
  const queue = [...tasks].map(([key, task]): TaskRequest => ({ key, task })).reverse();
  await Promise.all(Array.from({ length: workers }, () => serve(queue, take)));
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
