import { fail, type LayerSchedule, type MacroCommand, type MacroStep } from '@tally/core';

/** The world around the macro: hands commands and partial sums in and takes results. */
export interface Host {
  /** The command that waits to be taken; null: none is left. */
  readonly command: () => MacroCommand | null;
  readonly commandTaken: () => void;
  /** The partial sum that comes next, once it is there. */
  readonly partialSum: () => number | null;
  readonly partialSumTaken: () => void;
  /** A result is taken; it can come back as a partial sum from the next clock on. */
  readonly result: (value: number, isCode: boolean) => void;
  /** Every command was taken, every result came, every partial sum went. */
  readonly isDone: () => boolean;
}

/** A result of a layer: the sum without bias, or the code that the thresholds made. */
export interface LayerResult {
  readonly channel: number;
  readonly pixel: number;
  readonly value: number;
  readonly isCode: boolean;
}

/** Runs a layer's schedule: partial sums go through a memory and come back in the order of the steps. */
export function layerHost(schedule: LayerSchedule, onResult: (result: LayerResult) => void): Host {
  const steps = schedule.steps();
  const pixels = schedule.layer.positions;
  /** Sums that left and shall come back, by output; NaN where there is none. */
  const memory = new Float64Array(schedule.layer.output[0] * pixels).fill(NaN);
  const emitted = new Queue<{ readonly output: number; readonly last: boolean }>();
  const wanted = new Queue<number>();
  let step: MacroStep | null = null;
  let ended = false;
  const current = (): MacroStep | null => {
    if (step === null && !ended) {
      const next = steps.next();
      if (next.done === true) ended = true;
      else step = next.value;
    }
    return step;
  };
  return {
    command: current,
    commandTaken() {
      if (step === null) return;
      const output = step.channel * pixels + step.pixel;
      if (step.restore) wanted.push(output);
      if (step.emit) emitted.push({ output, last: step.last });
      step = null;
    },
    partialSum() {
      const output = wanted.first();
      if (output === null || Number.isNaN(memory[output])) return null;
      return memory[output];
    },
    partialSumTaken() {
      memory[wanted.shift()] = NaN;
    },
    result(value, isCode) {
      const { output, last } = emitted.shift();
      if (last) onResult({ channel: Math.floor(output / pixels), pixel: output % pixels, value, isCode });
      else memory[output] = value;
    },
    isDone: () => current() === null && emitted.first() === null && wanted.first() === null,
  };
}

/** First in, first out. */
export class Queue<T> {
  private items: T[] = [];
  private head = 0;

  push(item: T): void {
    this.items.push(item);
  }

  first(): T | null {
    return this.head < this.items.length ? this.items[this.head] : null;
  }

  /** @throws TallyError `handshake-without-cause` when it is empty */
  shift(): T {
    if (this.head === this.items.length) {
      fail(
        'handshake-without-cause',
        'macro',
        'handed out or took something that no command asked for',
        'report it: the simulator breaks its contract',
      );
    }
    const item = this.items[this.head];
    this.head += 1;
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
