import type { Machine } from '../machine.ts';
import type { MappingProblem, WindowAxis } from '../problem.ts';
import { impossible } from './bug.ts';
import type { Ledger } from './ledger.ts';
import type { SumState } from './sums.ts';
import type { WalkedTile } from './tile-walk.ts';

/** Identifies an element by its indices. */
export function key(...indices: readonly number[]): string {
  return indices.join(',');
}

/** Input element that a tap reads at an output position; null: padding. */
export function inputAt(axis: WindowAxis, output: number, tap: number): number | null {
  const at = output * axis.stride + tap * axis.dilation - axis.padding;
  return at >= 0 && at < axis.inputs ? at : null;
}

function weightsOf(problem: MappingProblem, tile: WalkedTile): Set<string> {
  const elements = new Set<string>();
  for (const output of tile.outputs)
    for (const channel of tile.channels)
      for (let r = 0; r < problem.rows.taps; r++)
        for (let s = 0; s < problem.columns.taps; s++) elements.add(key(tile.group, output, channel, r, s));
  return elements;
}

function activationsOf(problem: MappingProblem, tile: WalkedTile): Set<string> {
  const elements = new Set<string>();
  for (const row of tile.rows)
    for (const column of tile.columns)
      for (let r = 0; r < problem.rows.taps; r++)
        for (let s = 0; s < problem.columns.taps; s++) {
          const y = inputAt(problem.rows, row, r);
          const x = inputAt(problem.columns, column, s);
          if (y === null || x === null) continue;
          for (const channel of tile.channels) elements.add(key(tile.batch, tile.group, channel, y, x));
        }
  return elements;
}

function resultsOf(tile: WalkedTile): Set<string> {
  const elements = new Set<string>();
  for (const output of tile.outputs)
    for (const row of tile.rows)
      for (const column of tile.columns) elements.add(key(tile.batch, tile.group, output, row, column));
  return elements;
}

/** What each buffer holds, element by element. */
export class BufferContents {
  private weights: ReadonlySet<string> = new Set();
  private activations: ReadonlySet<string> = new Set();
  private results: ReadonlySet<string> = new Set();
  /** Unfinished sums that have left for memory. */
  private readonly inMemory = new Set<string>();
  /** Most elements that an operand's tile had. */
  readonly most = { weights: 0, activations: 0, partialSums: 0 };

  private readonly problem: MappingProblem;
  private readonly machine: Machine;
  private readonly ledger: Ledger;
  private readonly sums: SumState;

  constructor(problem: MappingProblem, machine: Machine, ledger: Ledger, sums: SumState) {
    this.problem = problem;
    this.machine = machine;
    this.ledger = ledger;
    this.sums = sums;
  }

  /** The tile changes: what is new is read from memory, sums that leave are written to it. */
  enter(tile: WalkedTile): void {
    this.weights = this.fill('weights', this.weights, weightsOf(this.problem, tile));
    this.activations = this.fill('activations', this.activations, activationsOf(this.problem, tile));
    this.exchangeResults(resultsOf(tile));
  }

  /** After the last tile. */
  leave(): void {
    this.exchangeResults(new Set());
    if (this.inMemory.size > 0) impossible(`${this.inMemory.size} sums were never finished`);
  }

  private fill(
    operand: 'weights' | 'activations',
    before: ReadonlySet<string>,
    now: ReadonlySet<string>,
  ): ReadonlySet<string> {
    const { buffer, memory } = this.ledger[operand];
    this.most[operand] = Math.max(this.most[operand], now.size);
    if (buffer === null) return now;
    const bits = operand === 'weights' ? this.problem.weightBits : this.problem.activationBits;
    for (const element of now) {
      if (before.has(element)) continue;
      memory.read(bits);
      buffer.write(bits);
    }
    return now;
  }

  private exchangeResults(now: ReadonlySet<string>): void {
    const { buffer, memory } = this.ledger.partialSums;
    const { accumulatorBits } = this.machine.macro;
    this.most.partialSums = Math.max(this.most.partialSums, now.size);
    const before = this.results;
    this.results = now;
    if (buffer === null) return;
    for (const element of before) {
      if (now.has(element)) continue;
      const finished = this.sums.isFinished(element);
      const bits = finished ? this.problem.resultBits : accumulatorBits;
      buffer.read(bits);
      memory.write(bits);
      if (!finished) this.inMemory.add(element);
    }
    for (const element of now) {
      if (before.has(element) || !this.inMemory.delete(element)) continue;
      memory.read(accumulatorBits);
      buffer.write(accumulatorBits);
    }
  }

  /** A macro loads, restores or hands out something: it must be in the tile. */
  expect(operand: 'weights' | 'activations' | 'results', element: string): void {
    if (!this[operand].has(element)) impossible(`${operand} ${element} are not in their tile`);
  }
}
