import type { MappingProblem } from '../problem.ts';
import { impossible } from './bug.ts';

/** Which digit pairs each result has taken in so far; each pair is taken exactly once. */
export class SumState {
  private readonly done = new Map<string, Set<string>>();
  private readonly whole: number;

  constructor(problem: MappingProblem) {
    this.whole =
      problem.channels *
      problem.rows.taps *
      problem.columns.taps *
      problem.weightDigits *
      problem.activationDigits;
  }

  hasBegun(result: string): boolean {
    return this.done.has(result);
  }

  isFinished(result: string): boolean {
    return this.done.get(result)?.size === this.whole;
  }

  add(result: string, pair: string): void {
    let pairs = this.done.get(result);
    if (pairs === undefined) this.done.set(result, (pairs = new Set()));
    if (pairs.has(pair)) impossible(`result ${result} takes the digit pair ${pair} twice`);
    pairs.add(pair);
  }

  get finished(): number {
    return [...this.done.keys()].filter((result) => this.isFinished(result)).length;
  }
}
