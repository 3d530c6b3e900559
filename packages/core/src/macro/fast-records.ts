import { maskBits } from './bits.ts';
import type { MacroCommand } from './command.ts';
import type { StepSearch } from './fast-search.ts';
import type { Macro } from './machine.ts';
import type { PackedActivationRow, PackedWeightRow } from './packed-row.ts';
import { packFields, readFields, RecordPlaces, type WordGroup } from './record-places.ts';

/** Gets `count` records, one after the other from the start of `records`, which is used again after the call. */
export type RecordSink = (records: Uint32Array, count: number) => void;

/** Clocks after its own in which a slot still shows, and one more for the wires. */
const LEAD = 7;

/** Records that the buffer holds at first: few, so that they stay in the processor's nearest cache. */
const BUFFERED = 256;

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
  /** From a slot's record to the first word of each stage where it shows. */
  private readonly stageOffsets: Int32Array;
  /** True when some group has more words than one. */
  private readonly longGroups: boolean;
  /** First stage word of every slot of the stretch being written. */
  private readonly slots: Uint32Array;
  /** Per key: bit 0 first of its class, bit 1 last, bit 2 of the first class; and its class's value. */
  private readonly ends: Uint8Array;
  private readonly values: Int32Array;
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
    this.stageOffsets = Int32Array.from(places.stageAt, (at, stage) => stage * this.size + at);
    const { run, psum, acc, out, stageWords } = places;
    this.longGroups = Math.max(run.words, psum.words, acc.words, out.words, stageWords) > 1;
    this.slots = new Uint32Array(macro.stepSlots + macro.spec.windowOverheadCycles);
    this.ends = Uint8Array.from(
      macro.keys,
      (key) => Number(key.firstOfClass) + 2 * Number(key.lastOfClass) + 4 * Number(key.classIndex === 0),
    );
    this.values = Int32Array.from(macro.keys, ({ classIndex }) => macro.classes[classIndex].value);
    this.pendWords = new Uint32Array(places.pend.words);
    this.runWords = new Uint32Array(places.run.words);
    this.slotWords = new Uint32Array(places.stageWords);
    this.outWords = new Uint32Array(places.out.words);
    this.buffer = new Uint32Array(BUFFERED * this.size);
    for (let record = 1; record < this.clock + LEAD; record++) this.buffer[record * this.size] = places.busy;
  }

  /**
   * Records of one step, after the engine has searched its keys.
   *
   * @param take clock that takes the command
   * @param start clock of its first slot
   * @param length its slots
   * @param sum the accumulator that the step wrote
   * @param outData what it handed out, if it did
   */
  step(
    command: MacroCommand,
    take: number,
    start: number,
    length: number,
    weights: PackedWeightRow,
    activations: PackedActivationRow,
    sum: number,
    outData: number,
  ): void {
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
    const { macro, places, slots, slotWords, size } = this;
    const { searches } = macro;
    const row = this.rowOf(this.clock);
    const transfer = macro.stepSlots - 1;
    for (let slot = 0; slot < length; slot++)
      slots[slot] = slot < searches ? slotWords[0] | places.keyWord[slot] : slotWords[0];
    slots[transfer] |= places.transferBit;
    if (command.emit) slots[length - 1] |= places.emitBit;
    this.writeFrame(row, length, this.runWords[0] | 1, 0, 1);
    this.phase = length - 1;
    this.runWords[0] &= ~1;
    this.keys.writeLines(
      weights,
      activations,
      this.buffer,
      row + places.positive,
      row + places.negative,
      size,
    );
    this.clearLines(row + searches * size, length - searches);
    this.writeCounts(row);
    this.holdCounts(row + searches * size, length - searches);
    this.writeSums(command, sum, row + transfer * size);
    if (command.emit) this.writeOutput(command.final, outData, row + (length - 1) * size);
    this.clock += length;
  }

  /** Clocks without a step: everything keeps its value, nothing is valid. */
  private idleUntil(end: number): void {
    const { slots, slotWords } = this;
    while (this.clock < end) {
      const length = Math.min(slots.length, end - this.clock);
      const row = this.rowOf(this.clock);
      for (let slot = 0; slot < length; slot++) slots[slot] = slotWords[0];
      this.writeFrame(row, length, this.runWords[0], this.phase, 0);
      this.clearLines(row, length);
      this.holdCounts(row, length);
      this.clock += length;
    }
  }

  /**
   * What a stretch of slots shows apart from match lines, counts and sums: wires, what runs (in the record before a slot's:
   * its registers are those before the edge), flags and fields on their way through the stages, arrays that nothing writes
   * and an output register that holds its value.
   */
  private writeFrame(row: number, length: number, word: number, phase: number, step: number): void {
    const { buffer, size, slots, places } = this;
    const { busy, phaseShift, stageMasks, stageWords, run, psum, acc, out } = places;
    const { stageOffsets } = this;
    const atM = stageOffsets[0];
    const atC = stageOffsets[1];
    const atX = stageOffsets[2];
    const atV = stageOffsets[3];
    const atP = stageOffsets[4];
    const atA = stageOffsets[5];
    const maskM = stageMasks[0];
    const maskC = stageMasks[stageWords];
    const maskX = stageMasks[2 * stageWords];
    const maskV = stageMasks[3 * stageWords];
    const maskP = stageMasks[4 * stageWords];
    const maskA = stageMasks[5 * stageWords];
    const atWires = LEAD * size;
    const atRun = run.word - size;
    const atPsum = 4 * size + psum.word;
    const atAcc = 5 * size + acc.word;
    const atOut = 6 * size + out.word;
    const held = this.outWords[0];
    const phaseStep = step << phaseShift;
    let running = word | (phase << phaseShift);
    let at = row;
    for (let slot = 0; slot < length; slot++) {
      const flags = slots[slot];
      buffer[at + atRun] = running;
      buffer[at + atM] = flags & maskM;
      buffer[at + atC] = flags & maskC;
      buffer[at + atX] = flags & maskX;
      buffer[at + atV] = flags & maskV;
      buffer[at + atP] = flags & maskP;
      buffer[at + atA] = flags & maskA;
      buffer[at + atPsum] = 0;
      buffer[at + atAcc] = 0;
      buffer[at + atOut] = held;
      buffer[at + atWires] = busy;
      running += phaseStep;
      at += size;
    }
    if (this.longGroups) this.writeSecondWords(row, length);
  }

  /** The same for words after the first of their groups: they hold fields only. */
  private writeSecondWords(row: number, length: number): void {
    const { size, slotWords, places, stageOffsets } = this;
    const { stageMasks, stageWords, run, psum, acc, out } = places;
    for (let i = 1; i < run.words; i++) this.writeColumn(row - size + run.word + i, length, this.runWords[i]);
    for (let stage = 0; stageWords > 1 && stage < stageOffsets.length; stage++) {
      const second = slotWords[1] & stageMasks[stage * stageWords + 1];
      this.writeColumn(row + stageOffsets[stage] + 1, length, second);
    }
    for (let i = 1; i < psum.words; i++) this.writeColumn(row + 4 * size + psum.word + i, length, 0);
    for (let i = 1; i < acc.words; i++) this.writeColumn(row + 5 * size + acc.word + i, length, 0);
    for (let i = 1; i < out.words; i++)
      this.writeColumn(row + 6 * size + out.word + i, length, this.outWords[i]);
  }

  /** Counters, products and sums of the keys. */
  private writeCounts(row: number): void {
    const { buffer, size, places, keys, macro } = this;
    const { positive, negative } = keys;
    const { count, product: productAt, sum: sumAt, negativeCountShift } = places;
    const mask = maskBits(-1, macro.spec.partialSumBits);
    let { countPositive, countNegative, product, vectorSum } = this;
    let at = row;
    for (let key = 0; key < positive.length; key++) {
      const end = this.ends[key];
      countPositive = ((end & 1) === 1 ? 0 : countPositive) + positive[key];
      countNegative = ((end & 1) === 1 ? 0 : countNegative) + negative[key];
      if (end >= 2) {
        product = this.values[key] * (countPositive - countNegative);
        vectorSum = ((end & 4) === 4 ? 0 : vectorSum) + product;
      }
      buffer[at + size + count] = countPositive | (countNegative << negativeCountShift);
      buffer[at + 2 * size + productAt] = product & mask;
      buffer[at + 3 * size + sumAt] = vectorSum & mask;
      at += size;
    }
    this.countPositive = countPositive;
    this.countNegative = countNegative;
    this.product = product;
    this.vectorSum = vectorSum;
  }

  private holdCounts(row: number, length: number): void {
    const { size, places, macro } = this;
    const { partialSumBits } = macro.spec;
    const counts = this.countPositive | (this.countNegative << places.negativeCountShift);
    this.writeColumn(row + size + places.count, length, counts);
    this.writeColumn(row + 2 * size + places.product, length, maskBits(this.product, partialSumBits));
    this.writeColumn(row + 3 * size + places.sum, length, maskBits(this.vectorSum, partialSumBits));
  }

  private writeColumn(first: number, length: number, value: number): void {
    const { buffer, size } = this;
    let at = first;
    for (let slot = 0; slot < length; slot++) {
      buffer[at] = value;
      at += size;
    }
  }

  /** The entries of `psum_q` and `acc_q` that a transfer writes; `psum_ready` where it asks for a partial sum. */
  private writeSums(command: MacroCommand, sum: number, row: number): void {
    const { places, size, macro } = this;
    const { partialSumBits, accumulatorBits } = macro.spec;
    const at = command.accumulator;
    this.writeEntry(
      row + 4 * size,
      places.psum,
      at,
      maskBits(this.vectorSum, partialSumBits),
      partialSumBits,
    );
    this.writeEntry(row + 5 * size, places.acc, at, maskBits(sum, accumulatorBits), accumulatorBits);
    if (command.restore) this.buffer[row + 5 * size] |= places.psumReady;
  }

  private writeEntry(row: number, { word }: WordGroup, index: number, value: number, bits: number): void {
    const { buffer, macro } = this;
    buffer[row + word] = 1 | (index << 1);
    const used = 1 + macro.widths.accumulator;
    if (used + bits <= 32) buffer[row + word] |= value << used;
    else buffer[row + word + 1] = value;
  }

  /** The result of a slot: valid for one clock, then held. */
  private writeOutput(isCode: boolean, data: number, row: number): void {
    const { outWords, buffer, size, places, macro } = this;
    const value = maskBits(data, macro.spec.accumulatorBits);
    outWords[0] = Number(isCode) << 1;
    if (outWords.length === 1) outWords[0] |= value << 2;
    else outWords[1] = value;
    const at = row + 6 * size + places.out.word;
    buffer[at] = outWords[0] | 1;
    if (outWords.length > 1) buffer[at + 1] = outWords[1];
  }

  private clearLines(row: number, length: number): void {
    const { places, macro } = this;
    for (let i = 0; i < macro.words; i++) {
      this.writeColumn(row + places.positive + i, length, 0);
      this.writeColumn(row + places.negative + i, length, 0);
    }
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
    const rows = end + LEAD + 1;
    if ((rows - this.base) * this.size <= this.buffer.length) return;
    this.flush(complete);
    const needed = (rows - this.base) * this.size;
    if (needed <= this.buffer.length) return;
    const larger = new Uint32Array(2 * needed);
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
