import { createKernelExecutor, type LevelHistogram, type Network, type RunResult } from '@tally/core';

/** How a run is cut up; changes time and progress, never a result. */
export interface ExecuteOptions {
  /** Layers whose input levels are counted, with the digit width of each. */
  readonly histogramDigitBits: ReadonlyMap<string, number>;
  readonly onProgress?: (done: number) => void;
}

/** Images between two reports of progress; also how long Ctrl-C waits. */
const CHUNK = 128;

/** Runs all images on this thread, a chunk at a time, letting signals and progress through in between. */
export async function executeHere(
  network: Network,
  images: Uint8Array,
  count: number,
  options: ExecuteOptions,
): Promise<RunResult> {
  const executor = createKernelExecutor(network);
  const { histogramDigitBits, onProgress } = options;
  const pixels = images.length / count;
  const parts: RunResult[] = [];
  for (let first = 0; first < count; first += CHUNK) {
    const size = Math.min(CHUNK, count - first);
    parts.push(
      executor.run(images.subarray(first * pixels, (first + size) * pixels), size, { histogramDigitBits }),
    );
    onProgress?.(first + size);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return joinResults(parts);
}

/** The result of all parts together: outputs one after the other, histograms added. */
export function joinResults(parts: readonly RunResult[]): RunResult {
  const outputs = new Int32Array(parts.reduce((sum, part) => sum + part.outputs.length, 0));
  const histograms = new Map<string, LevelHistogram>();
  let at = 0;
  for (const part of parts) {
    outputs.set(part.outputs, at);
    at += part.outputs.length;
    for (const [id, histogram] of part.histograms) {
      const sum = histograms.get(id);
      histograms.set(
        id,
        sum === undefined
          ? { ...histogram, counts: histogram.counts.slice() }
          : addHistograms(sum, histogram),
      );
    }
  }
  return { outputs, histograms };
}

function addHistograms(sum: LevelHistogram, more: LevelHistogram): LevelHistogram {
  for (let i = 0; i < sum.counts.length; i++) sum.counts[i] += more.counts[i];
  return { ...sum, images: sum.images + more.images };
}
