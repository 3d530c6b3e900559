// Entry of a worker thread: searches the mappings of one layer after the other.
import { parentPort } from 'node:worker_threads';
import { runMappingTask } from '@tally/core';
import type { TaskAnswer, TaskRequest } from './task-messages.ts';

const port = parentPort;
if (port === null) throw new Error('task-worker runs as a worker thread only');

const answer = (message: TaskAnswer): void => port.postMessage(message);

port.on('message', ({ key, task }: TaskRequest) => {
  try {
    answer({ kind: 'done', key, result: runMappingTask(task, () => performance.now() / 1000) });
  } catch (error) {
    answer({ kind: 'failed', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
