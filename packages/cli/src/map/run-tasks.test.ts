import { fileURLToPath } from 'node:url';
import type * as Threads from 'node:worker_threads';
import { mappingTasks, runMappingTask, type MappingTask } from '@tally/core';
import { beforeEach, expect, test, vi } from 'vitest';
import { loadMapInputs } from './load.ts';
import { runTasks, workersFor } from './run-tasks.ts';

const started = vi.hoisted(() => ({ workers: 0 }));
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof Threads>();
  class CountedWorker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof real.Worker>) {
      super(...args);
      started.workers++;
    }
  }
  return { ...real, Worker: CountedWorker };
});
beforeEach(() => {
  started.workers = 0;
});

/** One search for each different layer: milliseconds in truth, what the clock says for the test. */
async function quickTasks(): Promise<ReadonlyMap<string, MappingTask>> {
  const inputs = await loadMapInputs({
    network: fileURLToPath(new URL('../../../../models/resnet8-w3a2.tally', import.meta.url)),
    chip: 'zhu2020',
    system: 'zhu2020',
    tech: 'zhu2020-65nm',
    point: 'peak-efficiency',
    batch: 1,
    run: null,
  });
  return mappingTasks(inputs, {
    objective: 'edp',
    dataflow: null,
    macros: inputs.machine.macros,
    budget: null,
    keep: false,
    compare: false,
  }).tasks;
}

test('a thread is started where it gets six seconds of work, and never for itself', () => {
  expect([0, 6, 11.9, 12, 23.9, 100].map((left) => workersFor(left, 8))).toEqual([0, 0, 0, 2, 3, 8]);
  expect(workersFor(100, 1)).toBe(0);
});

test.each([0.001, 0.4])('searches of %d s start no thread, whatever is allowed', async (each) => {
  const tasks = await quickTasks();
  expect(tasks.size).toBeGreaterThan(4);
  const finished: number[] = [];
  let clock = 0;
  // At 0.4 s the trial ends after a few, with seconds of work left for all threads together.
  const results = await runTasks(
    tasks,
    8,
    (count) => finished.push(count),
    () => (clock += each),
  );
  expect(started.workers).toBe(0);
  expect(finished).toEqual([...tasks.keys()].map((_, i) => i + 1));
  expect([...results.keys()]).toEqual([...tasks.keys()]);
});

test('long ones go to as many threads as are allowed, for the same results in the same order', async () => {
  const tasks = await quickTasks();
  let clock = 0;
  const finished: number[] = [];
  const results = await runTasks(
    tasks,
    2,
    (count) => finished.push(count),
    () => (clock += 10),
  );
  expect(started.workers).toBe(2);
  expect(finished).toEqual([...tasks.keys()].map((_, i) => i + 1));
  expect([...results]).toEqual([...tasks].map(([key, task]) => [key, runMappingTask(task, () => 0)]));
}, 60_000);
