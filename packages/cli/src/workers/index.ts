export type { PoolRun, ScoreOptions } from './pool-run.ts';
export { startPool, type ParallelRunOptions, type WorkerPool } from './pool.ts';
export { runParallel, type RunParallelOptions } from './run-parallel.ts';
