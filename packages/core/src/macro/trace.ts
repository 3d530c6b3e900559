import { maskBits } from './bits.ts';
import type { Macro } from './machine.ts';
import { packFields, readFields, RecordPlaces, type WordGroup } from './record-places.ts';
import type { MacroOutputs, MacroState, SlotRegisters, StepRegisters } from './state.ts';
import { STAGES, type TraceLayout, type TraceSignal } from './trace-layout.ts';

/** Writes the record of the clock that `advance` has just made. */
export type Observer = (state: MacroState, outputs: MacroOutputs, into: Uint32Array, offset: number) => void;

/** Writes records from states. */
class StateObserver {
  private readonly macro: Macro;
  private readonly places: RecordPlaces;
  private readonly fields = new Int32Array(10);
  private readonly step: Uint32Array;
  private readonly slot: Uint32Array;

  constructor(macro: Macro, layout: TraceLayout) {
    this.macro = macro;
    this.places = new RecordPlaces(macro, layout);
    this.step = new Uint32Array(Math.max(this.places.pend.words, this.places.run.words));
    this.slot = new Uint32Array(this.places.stageWords);
  }

  observe(state: MacroState, wires: MacroOutputs, into: Uint32Array, offset: number): void {
    const { places, macro } = this;
    const { spec } = macro;
    into[offset] =
      (wires.cmdReady ? places.ready : 0) |
      (wires.psumReady ? places.psumReady : 0) |
      (wires.busy ? places.busy : 0);
    this.writeStep(state.pend, places.pendFields, places.pend, into, offset);
    into[offset + places.pend.word] |= Number(state.pendValid);
    this.writeStep(state.run, places.runFields, places.run, into, offset);
    into[offset + places.run.word] |= Number(state.runValid) | (state.phase << places.phaseShift);
    for (let stage = 0; stage < STAGES.length; stage++)
      this.writeStage(state[STAGES[stage]], stage, into, offset);
    for (let i = 0; i < macro.words; i++) {
      into[offset + places.positive + i] = state.matchPositive[i];
      into[offset + places.negative + i] = state.matchNegative[i];
    }
    into[offset + places.count] = state.countPositive | (state.countNegative << places.negativeCountShift);
    into[offset + places.product] = maskBits(state.product, spec.partialSumBits);
    into[offset + places.sum] = maskBits(state.vectorSum, spec.partialSumBits);
    this.writeEntry(
      places.psum,
      state.partialSumWritten,
      state.partialSums,
      spec.partialSumBits,
      into,
      offset,
    );
    this.writeEntry(
      places.acc,
      state.accumulatorWritten,
      state.accumulators,
      spec.accumulatorBits,
      into,
      offset,
    );
    const flags = Number(state.outValid) | (Number(state.outIsCode) << 1);
    this.writeValue(places.out, flags, 2, maskBits(state.outData, spec.accumulatorBits), into, offset);
  }

  private writeStep(
    step: StepRegisters,
    fields: RecordPlaces['pendFields'],
    { word, words }: WordGroup,
    into: Uint32Array,
    offset: number,
  ): void {
    readFields(step, this.fields);
    packFields(fields, this.fields, this.step);
    for (let i = 0; i < words; i++) into[offset + word + i] = this.step[i];
  }

  private writeStage(registers: SlotRegisters, stage: number, into: Uint32Array, offset: number): void {
    const { places, slot } = this;
    const at = offset + places.stageAt[stage];
    places.packSlot(registers, slot);
    for (let i = 0; i < slot.length; i++) into[at + i] = slot[i] & places.stageMasks[stage * slot.length + i];
  }

  private writeEntry(
    group: WordGroup,
    index: number,
    array: Int32Array,
    bits: number,
    into: Uint32Array,
    offset: number,
  ): void {
    const some = index >= 0;
    const flags = some ? 1 | (index << 1) : 0;
    const value = some ? maskBits(array[index], bits) : 0;
    this.writeValue(group, flags, 1 + this.macro.widths.accumulator, value, into, offset);
  }

  /** A group of flags and a value behind them, in the same word where it fits. */
  private writeValue(
    { word, words }: WordGroup,
    flags: number,
    flagBits: number,
    value: number,
    into: Uint32Array,
    offset: number,
  ): void {
    if (words === 1) {
      into[offset + word] = flags | (value << flagBits);
    } else {
      into[offset + word] = flags;
      into[offset + word + 1] = value;
    }
  }
}

/** An observer for the layout of a macro. */
export function createObserver(macro: Macro, layout: TraceLayout): Observer {
  const observer = new StateObserver(macro, layout);
  return (state, outputs, into, offset) => observer.observe(state, outputs, into, offset);
}

/** Value of one signal in a record: a number, for more than 32 bits a bigint (bit i: entry i). */
export function readSignal(signal: TraceSignal, record: Uint32Array, offset = 0): number | bigint {
  const { bits, word, shift, signed } = signal;
  if (bits > 32) {
    let value = 0n;
    for (let i = Math.ceil(bits / 32) - 1; i >= 0; i--)
      value = (value << 32n) | BigInt(record[offset + word + i]);
    return value;
  }
  const raw = maskBits(record[offset + word] >>> shift, bits);
  return signed && raw >= 2 ** (bits - 1) ? raw - 2 ** bits : raw;
}

/** A record as named values. */
export function readRecord(
  layout: TraceLayout,
  record: Uint32Array,
  offset = 0,
): Readonly<Record<string, number | bigint>> {
  return Object.fromEntries(
    layout.signals.map((signal) => [signal.name, readSignal(signal, record, offset)] as const),
  );
}

/** Signals whose values differ between two records, in the layout's order. */
export function recordDifferences(
  layout: TraceLayout,
  expected: Uint32Array,
  expectedOffset: number,
  got: Uint32Array,
  gotOffset: number,
): readonly { readonly signal: string; readonly expected: number | bigint; readonly got: number | bigint }[] {
  return layout.signals
    .map((signal) => ({
      signal: signal.name,
      expected: readSignal(signal, expected, expectedOffset),
      got: readSignal(signal, got, gotOffset),
    }))
    .filter((one) => one.expected !== one.got);
}
