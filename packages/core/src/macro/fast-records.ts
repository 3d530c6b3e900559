import { maskBits } from './bits.ts';
import type { MacroCommand } from './command.ts';
import type { StepSearch } from './fast-search.ts';
import type { Macro } from './machine.ts';
import type { PackedActivationRow, PackedWeightRow } from './packed-row.ts';
import { packFields, readFields, RecordPlaces, type WordGroup } from './record-places.ts';

/** Gets `count` records, one after the other from the start of `records`, which is used again after the call. */
export type RecordSink = (records: Uint32Array, count: number) => void;

/** When a step happens: the clock that takes its command, its first slot's clock, its slots. */
export interface StepTiming {
  readonly take: number;
  readonly start: number;
  readonly length: number;
}

/** Clocks after its own in which a slot still shows, and one more for the wires. */
const LEAD = 7;

/**
 * Writes the records of all clocks from what each step did. The slot of clock t shows in the match registers in record t
 * and a stage further down in every record after; between slots registers keep what they hold. Records before the clock that
 * takes a step's command are complete, because what waits (`pend_*`) from then on is known with the next command only.
 */
export class RecordWriter {
  private readonly places: RecordPlaces;
  private readonly macro: Macro;
  private readonly keys: StepSearch;
  private readonly sink: RecordSink;
  private readonly size: number;
  private buffer: Uint32Array;
  /** Clock of the buffer's first record. */
  private base = 0;
  /** Clock of the next slot to write. Before the first step's there are two that show nothing. */
  private clock = 2;
  // What the groups hold now.
  private readonly fields = new Int32Array(10);
  private readonly pendWords: Uint32Array;
  private readonly runWords: Uint32Array;
  private readonly slotWords: Uint32Array;
  private readonly outWords: Uint32Array;
  private phase = 0;
  private countPositive = 0;
  private countNegative = 0;
  private product = 0;
  private vectorSum = 0;
  // The command that was taken last.
  private steps = 0;
  private pendTake = 0;
  private pendStart = 0;

  constructor(macro: Macro, keys: StepSearch, sink: RecordSink) {
    const places = new RecordPlaces(macro);
    this.places = places;
    this.macro = macro;
    this.keys = keys;
    this.sink = sink;
    this.size = places.layout.words;
    this.pendWords = new Uint32Array(places.pend.words);
    this.runWords = new Uint32Array(places.run.words);
    this.slotWords = new Uint32Array(places.stageWords);
    this.outWords = new Uint32Array(places.out.words);
    this.buffer = new Uint32Array(2048 * this.size);
    for (let record = 1; record < this.clock + LEAD; record++) this.buffer[record * this.size] = places.busy;
  }

  /**
   * Records of one step, after the engine has searched its keys.
   *
   * @param sum the accumulator that the step wrote
   * @param outData what it handed out, if it did
   */
  step(
    command: MacroCommand,
    timing: StepTiming,
    weights: PackedWeightRow,
    activations: PackedActivationRow,
    sum: number,
    outData: number,
  ): void {
    const { start, length, take } = timing;
    if (this.steps > 0) this.writePend(take);
    this.makeRoom(take, start + length);
    this.idleUntil(start);
    this.packCommand(command);
    this.steps++;
    this.pendTake = take;
    this.pendStart = start;
    this.setWire(take, this.places.ready);
    this.writeSlots(command, length, weights, activations, sum, outData);
  }

  /** The last records, up to `total` in all. */
  finish(total: number): void {
    if (this.steps === 0) return;
    this.writePend(total);
    this.makeRoom(this.pendTake, total + 1);
    this.idleUntil(total + 1);
    for (let clock = this.pendStart - 1; clock < total; clock++) this.setWire(clock, this.places.ready);
    this.flush(total);
  }

  private writeSlots(
    command: MacroCommand,
    length: number,
    weights: PackedWeightRow,
    activations: PackedActivationRow,
    sum: number,
    outData: number,
  ): void {
    const { macro, places, keys, slotWords } = this;
    const { searches } = macro;
    const runWord = this.runWords[0] | 1;
    for (let slot = 0; slot < length; slot++) {
      let word = slotWords[0];
      const row = this.rowOf(this.clock);
      if (slot < searches) {
        word |= places.keyWord[slot];
        keys.writeLines(
          slot,
          weights,
          activations,
          this.buffer,
          row + places.positive,
          row + places.negative,
        );
        this.reduce(slot);
      } else {
        this.clearLines(row);
      }
      const transfers = slot === macro.stepSlots - 1;
      if (transfers) {
        word |= places.transferBit;
        this.writeSums(command, sum, row);
      }
      const emits = command.emit && slot === length - 1;
      if (emits) {
        word |= places.emitBit;
        this.setOutput(command.final, outData);
      }
      this.phase = slot;
      this.writeSlot(row, runWord, word, transfers, emits);
    }
    this.runWords[0] &= ~1;
  }

  /** Clocks without a step: everything keeps its value, nothing is valid. */
  private idleUntil(end: number): void {
    while (this.clock < end) {
      const row = this.rowOf(this.clock);
      this.clearLines(row);
      this.writeSlot(row, this.runWords[0], this.slotWords[0], false, false);
    }
  }

  /** What one slot shows in its record and those after it, but for match lines and sums. */
  private writeSlot(row: number, runWord: number, word: number, transfers: boolean, emits: boolean): void {
    const { buffer, size, places, runWords, slotWords } = this;
    const { stageAt, stageMasks, stageWords, run } = places;
    buffer[row + LEAD * size] = places.busy;
    const runAt = row - size + run.word;
    buffer[runAt] = runWord | (this.phase << places.phaseShift);
    for (let i = 1; i < run.words; i++) buffer[runAt + i] = runWords[i];
    for (let stage = 0; stage < stageAt.length; stage++) {
      const at = row + stage * size + stageAt[stage];
      const mask = stage * stageWords;
      buffer[at] = word & stageMasks[mask];
      if (stageWords > 1) buffer[at + 1] = slotWords[1] & stageMasks[mask + 1];
    }
    buffer[row + size + places.count] =
      this.countPositive | (this.countNegative << places.negativeCountShift);
    buffer[row + 2 * size + places.product] = this.product;
    buffer[row + 3 * size + places.sum] = this.vectorSum;
    if (!transfers) {
      this.fillGroup(row + 4 * size, places.psum, 0);
      this.fillGroup(row + 5 * size, places.acc, 0);
    }
    const outAt = row + 6 * size + places.out.word;
    buffer[outAt] = this.outWords[0] | Number(emits);
    for (let i = 1; i < places.out.words; i++) buffer[outAt + i] = this.outWords[i];
    this.clock++;
  }

  /** Counters, product and vector sum after a key. */
  private reduce(key: number): void {
    const { macro, keys } = this;
    const { firstOfClass, lastOfClass, classIndex } = macro.keys[key];
    this.countPositive = (firstOfClass ? 0 : this.countPositive) + keys.positive[key];
    this.countNegative = (firstOfClass ? 0 : this.countNegative) + keys.negative[key];
    if (!lastOfClass) return;
    const { partialSumBits } = macro.spec;
    const product = macro.classes[classIndex].value * (this.countPositive - this.countNegative);
    this.product = maskBits(product, partialSumBits);
    this.vectorSum = maskBits((classIndex === 0 ? 0 : this.vectorSum) + product, partialSumBits);
  }

  /** The entries of `psum_q` and `acc_q` that a transfer writes; `psum_ready` where it asks for a partial sum. */
  private writeSums(command: MacroCommand, sum: number, row: number): void {
    const { places, size, macro } = this;
    const at = command.accumulator;
    this.writeEntry(row + 4 * size, places.psum, at, this.vectorSum, macro.spec.partialSumBits);
    this.writeEntry(
      row + 5 * size,
      places.acc,
      at,
      maskBits(sum, macro.spec.accumulatorBits),
      macro.spec.accumulatorBits,
    );
    if (command.restore) this.buffer[row + 5 * size] |= places.psumReady;
  }

  private writeEntry(row: number, { word }: WordGroup, index: number, value: number, bits: number): void {
    const { buffer, macro } = this;
    buffer[row + word] = 1 | (index << 1);
    const used = 1 + macro.widths.accumulator;
    if (used + bits <= 32) buffer[row + word] |= value << used;
    else buffer[row + word + 1] = value;
  }

  private setOutput(isCode: boolean, data: number): void {
    const { outWords, macro } = this;
    const bits = macro.spec.accumulatorBits;
    const value = maskBits(data, bits);
    outWords[0] = Number(isCode) << 1;
    if (outWords.length === 1) outWords[0] |= value << 2;
    else outWords[1] = value;
  }

  private clearLines(row: number): void {
    const { buffer, places, macro } = this;
    for (let i = 0; i < macro.words; i++) {
      buffer[row + places.positive + i] = 0;
      buffer[row + places.negative + i] = 0;
    }
  }

  private fillGroup(row: number, { word, words }: WordGroup, value: number): void {
    for (let i = 0; i < words; i++) this.buffer[row + word + i] = value;
  }

  /** What waits from `pendTake` on, up to the record before clock `until`. */
  private writePend(until: number): void {
    const { buffer, pendWords, pendStart } = this;
    const { word, words } = this.places.pend;
    for (let clock = this.pendTake; clock < until; clock++) {
      const at = this.rowOf(clock) + word;
      buffer[at] = pendWords[0] | Number(clock <= pendStart - 2);
      for (let i = 1; i < words; i++) buffer[at + i] = pendWords[i];
    }
  }

  private setWire(clock: number, bit: number): void {
    this.buffer[this.rowOf(clock)] |= bit;
  }

  private rowOf(clock: number): number {
    return (clock - this.base) * this.size;
  }

  /** Hands out the records before clock `until`. */
  private flush(until: number): void {
    const count = until - this.base;
    if (count <= 0) return;
    this.sink(this.buffer.subarray(0, count * this.size), count);
    this.buffer.copyWithin(0, count * this.size);
    this.base = until;
  }

  /** Makes room for what slots before clock `end` show; records before clock `complete` may go. */
  private makeRoom(complete: number, end: number): void {
    const needed = (): number => (end + LEAD + 1 - this.base) * this.size;
    if (needed() <= this.buffer.length) return;
    this.flush(complete);
    if (needed() <= this.buffer.length) return;
    const larger = new Uint32Array(2 * needed());
    larger.set(this.buffer);
    this.buffer = larger;
  }

  /** Puts a command's fields into the words of `pend`, `run` and the slots. */
  private packCommand(command: MacroCommand): void {
    const { places, fields } = this;
    readFields(command, fields);
    packFields(places.pendFields, fields, this.pendWords);
    packFields(places.runFields, fields, this.runWords);
    packFields(places.slotFields, fields, this.slotWords);
  }
}
