import { maskBits } from './bits.ts';
import type { Macro } from './machine.ts';
import { signalOf, STAGES, type TraceLayout, type TraceSignal } from './trace-layout.ts';
import type { MacroOutputs, MacroState, SlotRegisters, StepRegisters } from './state.ts';

/** Reads one signal after a clock: a number, signed or not. Match lines are read apart. */
type Reader = (state: MacroState, outputs: MacroOutputs) => number;

const slotReaders: Readonly<Record<string, (slot: SlotRegisters) => number | boolean>> = {
  search: (slot) => slot.search,
  cls_first: (slot) => slot.clsFirst,
  cls_last: (slot) => slot.clsLast,
  vec_first: (slot) => slot.vecFirst,
  class: (slot) => slot.classIndex,
  transfer: (slot) => slot.transfer,
  emit: (slot) => slot.emit,
  accumulator: (slot) => slot.accumulator,
  shift: (slot) => slot.shift,
  clear: (slot) => slot.clear,
  restore: (slot) => slot.restore,
  final: (slot) => slot.final,
  threshold_slot: (slot) => slot.thresholdSlot,
};

const stepReaders: Readonly<Record<string, (step: StepRegisters) => number | boolean>> = {
  weight_slot: (step) => step.weightSlot,
  activation_slot: (step) => step.activationSlot,
  threshold_slot: (step) => step.thresholdSlot,
  accumulator: (step) => step.accumulator,
  shift: (step) => step.shift,
  clear: (step) => step.clear,
  restore: (step) => step.restore,
  emit: (step) => step.emit,
  final: (step) => step.final,
  window_end: (step) => step.windowEnd,
};

/** An entry of an array that the last edge wrote; 0 when it wrote none. */
function written(at: number, array: Int32Array): number {
  return at < 0 ? 0 : array[at];
}

const plainReaders: Readonly<Record<string, Reader>> = {
  cmd_ready: (_, wires) => Number(wires.cmdReady),
  psum_ready: (_, wires) => Number(wires.psumReady),
  busy: (_, wires) => Number(wires.busy),
  pend_valid_q: (state) => Number(state.pendValid),
  run_valid_q: (state) => Number(state.runValid),
  phase_q: (state) => state.phase,
  cnt_pos_q: (state) => state.countPositive,
  cnt_neg_q: (state) => state.countNegative,
  product_q: (state) => state.product,
  vsum_q: (state) => state.vectorSum,
  psum_q_written: (state) => Number(state.partialSumWritten >= 0),
  psum_q_index: (state) => Math.max(0, state.partialSumWritten),
  psum_q_value: (state) => written(state.partialSumWritten, state.partialSums),
  acc_q_written: (state) => Number(state.accumulatorWritten >= 0),
  acc_q_index: (state) => Math.max(0, state.accumulatorWritten),
  acc_q_value: (state) => written(state.accumulatorWritten, state.accumulators),
  out_valid_q: (state) => Number(state.outValid),
  out_is_code_q: (state) => Number(state.outIsCode),
  out_data_q: (state) => state.outData,
};

function readerOf(name: string): Reader {
  if (name in plainReaders) return plainReaders[name];
  const prefix = name.slice(0, name.indexOf('_'));
  const field = name.slice(prefix.length + 1, -'_q'.length);
  if (prefix === 'pend' || prefix === 'run') {
    const read = stepReaders[field];
    return prefix === 'pend' ? (state) => Number(read(state.pend)) : (state) => Number(read(state.run));
  }
  const stage = STAGES.find((one) => one === prefix);
  if (stage === undefined) throw new RangeError(`no reader for signal ${name}`);
  const read = slotReaders[field];
  return (state) => Number(read(state[stage]));
}

/** Writes the record of the clock that `advance` has just made. */
export type Observer = (state: MacroState, outputs: MacroOutputs, into: Uint32Array, offset: number) => void;

/** An observer for the layout of a macro. */
export function createObserver(macro: Macro, layout: TraceLayout): Observer {
  const { words } = macro;
  const positive = signalOf(layout, 'ml_pos_q').word;
  const negative = signalOf(layout, 'ml_neg_q').word;
  const fields = layout.signals
    .filter(({ name }) => !name.startsWith('ml_'))
    .map(({ name, bits, word, shift }) => ({ read: readerOf(name), bits, word, shift }));
  return (state, outputs, into, offset) => {
    into.fill(0, offset, offset + layout.words);
    for (const { read, bits, word, shift } of fields)
      into[offset + word] |= maskBits(read(state, outputs), bits) << shift;
    for (let i = 0; i < words; i++) {
      into[offset + positive + i] = state.matchPositive[i];
      into[offset + negative + i] = state.matchNegative[i];
    }
  };
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
