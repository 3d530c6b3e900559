import type { LayerSchedule, MacroStep } from '../schedule/index.ts';
import { IntegerQueue } from './integer-queue.ts';

/** Marks a sum that comes back to the macro. */
const SPILLED = -1;

/**
 * The memory beside the macro: keeps what each result that is still to come means, puts finished ones where they
 * belong, and holds the others until the macro asks for them, first out first in.
 */
export class ResultSink {
  /** Sums without bias, or codes, `[channels, pixels]`. */
  readonly results: Int32Array;
  private readonly positions: number;
  private readonly expected = new IntegerQueue();
  private readonly returning = new IntegerQueue();
  private finished = 0;

  constructor({ layer }: LayerSchedule) {
    this.positions = layer.positions;
    this.results = new Int32Array(layer.dotProducts);
  }

  /** A command was taken: its result, if any, comes after those of the commands before it. */
  expect(step: MacroStep): void {
    if (step.emit) this.expected.push(step.last ? step.channel * this.positions + step.pixel : SPILLED);
  }

  /** The macro handed a result out. */
  accept(value: number): void {
    const at = this.expected.shift();
    if (at === SPILLED) {
      this.returning.push(value);
    } else {
      this.results[at] = value;
      this.finished++;
    }
  }

  /** The next sum to come back, null when none is here. */
  get psum(): number | null {
    return this.returning.length === 0 ? null : this.returning.first;
  }

  /** The macro took that sum. */
  takePsum(): number {
    return this.returning.shift();
  }

  /** Every output is finished and nothing is left over. */
  get complete(): boolean {
    return this.finished === this.results.length && this.expected.length === 0 && this.returning.length === 0;
  }
}
