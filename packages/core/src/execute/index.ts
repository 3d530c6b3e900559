export { accuracy, argmax, predictions, rankOf, wilsonInterval, type Interval } from './accuracy.ts';
export type { Executor, LevelHistogram, RunOptions, RunResult } from './executor.ts';
export { checkImages } from './images.ts';
export { createReferenceExecutor } from './reference.ts';
