import type { MappingTask, TaskResult } from '@tally/core';

/** A thread is asked for one search at a time, and answers each. */
export interface TaskRequest {
  readonly key: string;
  readonly task: MappingTask;
}

/** The result, or a defect by its text. */
export type TaskAnswer =
  | { readonly kind: 'done'; readonly key: string; readonly result: TaskResult }
  | { readonly kind: 'failed'; readonly text: string };
