import { bestOrtContender, tallyContender, time, type Contender, type Work } from './contender.ts';
import { median } from './statistics.ts';

/** One contender's figures, milliseconds per image. */
export interface DuelRow {
  readonly name: string;
  readonly medianMs: number;
  readonly leastMs: number;
  /** Median over the rounds of (this / ours), the two timed side by side; above 1 we are faster. */
  readonly ratio: number;
}

/** How a duel is fought. */
export interface DuelOptions {
  readonly threads: number;
  readonly rounds: number;
  /** Batch sizes that ONNX Runtime may choose from; each divides the number of images. */
  readonly ortBatches: readonly number[];
}

/** Times all contenders on the same images in rounds of alternating order. */
export async function duel(
  work: Work,
  { threads, rounds, ortBatches }: DuelOptions,
): Promise<readonly DuelRow[]> {
  const contenders: readonly Contender[] = [
    await tallyContender(work, threads),
    await bestOrtContender(work, threads, 'fp32', ortBatches),
    await bestOrtContender(work, threads, 'int8', ortBatches),
  ];
  const times = contenders.map((): number[] => []);
  try {
    // Two unmeasured rounds: V8 and ONNX Runtime both settle.
    for (let round = -2; round < rounds; round++) {
      const order = contenders.map((_, i) => (round % 2 === 0 ? i : contenders.length - 1 - i));
      for (const i of order) {
        const ms = (await time(contenders[i])) / work.count;
        if (round >= 0) times[i].push(ms);
      }
    }
  } finally {
    for (const contender of contenders) await contender.close();
  }
  return contenders.map(({ name }, i) => ({
    name,
    medianMs: median(times[i]),
    leastMs: Math.min(...times[i]),
    ratio: median(times[i].map((ms, round) => ms / times[0][round])),
  }));
}
