import { appendFile, readFile } from 'node:fs/promises';
import { writeAllAtomically } from '../io/outputs.ts';

/** One line of the metrics file: an epoch. */
export interface EpochMetrics {
  /** 1 is the first. */
  readonly epoch: number;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** Mean cross entropy over the epoch's training batches. */
  readonly trainLoss: number;
  /** 0 to 1, over the epoch's (augmented) training batches. */
  readonly trainTop1: number;
  readonly testLoss: number;
  /** 0 to 1, over the test images. */
  readonly testTop1: number;
  /** Wall time of the epoch, in the process that ended it. */
  readonly seconds: number;
}

/** The JSON lines of a metrics file that say something about epochs up to `lastEpoch`; empty when there is no file. */
export async function readMetrics(path: string, lastEpoch: number): Promise<readonly EpochMetrics[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const metrics: EpochMetrics[] = [];
  for (const line of text.split('\n')) {
    try {
      const value = JSON.parse(line) as EpochMetrics;
      if (value.epoch <= lastEpoch) metrics.push(value);
    } catch {
      // An empty last line, or one cut short by a kill: its epoch runs again.
    }
  }
  return metrics;
}

/** Starts the metrics file with the lines that stay valid: none, or those before the checkpoint. */
export function startMetrics(path: string, kept: readonly EpochMetrics[]): void {
  writeAllAtomically([{ path, content: kept.map((line) => `${JSON.stringify(line)}\n`).join('') }]);
}

/** Appends one epoch. */
export async function appendMetrics(path: string, metrics: EpochMetrics): Promise<void> {
  await appendFile(path, `${JSON.stringify(metrics)}\n`);
}
