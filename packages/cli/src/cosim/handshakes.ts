import type { Random } from './random.ts';

/** Which handshakes the world around the macro is ready for, clock by clock. */
export interface Handshakes {
  /** Offer the next command in this clock. */
  readonly command: () => boolean;
  /** Offer the partial sum that comes next. */
  readonly partialSum: () => boolean;
  /** Take a result. */
  readonly result: () => boolean;
}

const always = (): boolean => true;

/** Nobody ever keeps the macro waiting. */
export const PROMPT: Handshakes = { command: always, partialSum: always, result: always };

/** Ready or not in runs: `busyClocks` and `idleClocks` on average. */
function runs(random: Random, busyClocks: number, idleClocks: number): () => boolean {
  let ready = random.chance(0.5);
  return () => {
    if (random.chance(1 / (ready ? busyClocks : idleClocks))) ready = !ready;
    return ready;
  };
}

/** One side's habit: always, now and then, seldom, or in long runs. */
function habit(random: Random): () => boolean {
  const probability = random.pick([0.2, 0.5, 0.9]);
  switch (random.integer(0, 4)) {
    case 0:
    case 1:
      return always;
    case 2:
      return () => random.chance(probability);
    case 3:
      return runs(random, 20, 10);
    default:
      return runs(random, 3, 40);
  }
}

/** A world whose three sides each have a habit of their own. */
export function randomHandshakes(random: Random): Handshakes {
  return { command: habit(random), partialSum: habit(random), result: habit(random) };
}
