import type { Block } from '@tally/core';
import { clock } from '../train/progress.ts';
import type { BlockReport, ReconstructProgress } from './reconstruct.ts';

const TERMINAL_INTERVAL_MS = 200;
const LINE_INTERVAL_MS = 30_000;

/**
 * Shows a reconstruction on `stream`: a line that redraws itself on a terminal, one every half minute elsewhere, and a
 * line with the error before and after for every block. The time left is that of the blocks still to come, each
 * taking as long as the blocks so far on average.
 *
 * @param now clock in milliseconds.
 */
export function reconstructionProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  now: () => number = () => performance.now(),
): ReconstructProgress {
  const terminal = stream.isTTY === true;
  const clear = terminal ? '\r\u001b[K' : '';
  const began = now();
  let last = -Infinity;
  let blocks: readonly Block[] = [];
  let first: number | null = null;
  return {
    block(index, all) {
      blocks = all;
      first ??= index;
    },
    step(index, done, of, loss) {
      const time = now();
      if (time - last < (terminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS)) return;
      last = time;
      const finished = index - (first ?? 0) + done / of;
      const left = ((time - began) / 1000 / finished) * (blocks.length - index - done / of);
      const name = blocks[index]?.name ?? '';
      const text = `block ${index + 1}/${blocks.length} ${name}: step ${done}/${of} loss ${loss.toPrecision(4)} ETA ${clock(left)}`;
      stream.write(terminal ? clear + text : `${text}\n`);
    },
    report: (report) => void stream.write(`${clear}${reportLine(report)}\n`),
  };
}

/** One block's result as a line. */
function reportLine({ block, learned, before, after, signal, seconds }: BlockReport): string {
  const what = `${block.name} (${block.layers.join(', ')})`;
  if (before === null || after === null || signal === null) return `${what}: kept as it is`;
  const percent = (value: number): string => `${((100 * value) / signal).toFixed(2)} %`;
  if (!learned) return `${what}: kept as it is, error ${percent(after)} of the signal`;
  return `${what}: error ${percent(before)} -> ${percent(after)} of the signal in ${clock(seconds)}`;
}
