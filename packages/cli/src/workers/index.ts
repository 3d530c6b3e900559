export { startPool, type ParallelRunOptions, type WorkerPool } from './pool.ts';
export { runParallel, type RunParallelOptions } from './run-parallel.ts';
