import type { MacroCommand } from './command.ts';
import type { Macro } from './machine.ts';

/** The registers of a command that waits (`pend_*`) or runs (`run_*`): see `MacroCommand`. */
export interface StepRegisters {
  weightSlot: number;
  activationSlot: number;
  thresholdSlot: number;
  accumulator: number;
  shift: number;
  clear: boolean;
  restore: boolean;
  emit: boolean;
  final: boolean;
  windowEnd: boolean;
}

/** What travels down the pipeline with a slot (`m_*` to `a_*`; a stage's circuit has those that it or a later one reads). */
export interface SlotRegisters {
  search: boolean;
  clsFirst: boolean;
  clsLast: boolean;
  vecFirst: boolean;
  classIndex: number;
  transfer: boolean;
  emit: boolean;
  accumulator: number;
  shift: number;
  clear: boolean;
  restore: boolean;
  final: boolean;
  thresholdSlot: number;
}

/**
 * Every register and array of the macro after some clock, as plain data (`structuredClone` copies it), changed in place by
 * `advance`. Names follow the registers of `tally_core` without `_q`. Stored rows are bit masks (see `packed-row`).
 */
export interface MacroState {
  readonly kind: 'macro-state';
  /** Clock edges since the initial state, for messages. */
  clock: number;
  pendValid: boolean;
  readonly pend: StepRegisters;
  runValid: boolean;
  readonly run: StepRegisters;
  phase: number;
  m: SlotRegisters;
  c: SlotRegisters;
  x: SlotRegisters;
  v: SlotRegisters;
  p: SlotRegisters;
  a: SlotRegisters;
  readonly matchPositive: Int32Array;
  readonly matchNegative: Int32Array;
  countPositive: number;
  countNegative: number;
  product: number;
  vectorSum: number;
  outValid: boolean;
  outIsCode: boolean;
  outData: number;
  readonly partialSums: Int32Array;
  readonly accumulators: Int32Array;
  /** Entry of the array that the last edge wrote, -1: none. */
  partialSumWritten: number;
  accumulatorWritten: number;
  /** Masks of the stored rows, slot by slot, and digits that each row gave (-1: never loaded). */
  readonly weightPositive: Int32Array;
  readonly weightNegative: Int32Array;
  readonly weightNonzero: Int32Array;
  readonly weightLength: Int32Array;
  readonly activationMasks: Int32Array;
  readonly activationNonzero: Int32Array;
  readonly activationLength: Int32Array;
  /** Thresholds, slot by slot; how many of a slot's count as compared (-1: never loaded). */
  readonly thresholds: Int32Array;
  readonly thresholdFalling: Uint8Array;
  readonly thresholdCompared: Int32Array;
  /** 1 where an accumulator was written; reading one that was not is refused. */
  readonly accumulatorStarted: Uint8Array;
}

/** What the pins bring in one clock. */
export interface MacroInputs {
  /** `cmd_valid` and the `cmd_*` pins; null: `cmd_valid` is low and the pins are 0. */
  readonly command: MacroCommand | null;
  /** `psum_data`, signed; null: `psum_valid` is low. */
  readonly psum: number | null;
  readonly outReady: boolean;
  /** True: `rst_n` is low. */
  readonly reset: boolean;
}

/** The wires of one clock, before its edge. */
export interface MacroOutputs {
  cmdReady: boolean;
  psumReady: boolean;
  busy: boolean;
  /** False: every register but `out_valid_q` keeps its value. */
  advance: boolean;
  outValid: boolean;
  outIsCode: boolean;
  outData: number;
  /** Handshakes of this clock: valid and ready (and no reset). */
  commandTaken: boolean;
  psumTaken: boolean;
  resultTaken: boolean;
}

/** Step registers with all values 0. */
export function emptyStep(): StepRegisters {
  return {
    weightSlot: 0,
    activationSlot: 0,
    thresholdSlot: 0,
    accumulator: 0,
    shift: 0,
    clear: false,
    restore: false,
    emit: false,
    final: false,
    windowEnd: false,
  };
}

/** Slot registers with all values 0. */
export function emptySlot(): SlotRegisters {
  return {
    search: false,
    clsFirst: false,
    clsLast: false,
    vecFirst: false,
    classIndex: 0,
    transfer: false,
    emit: false,
    accumulator: 0,
    shift: 0,
    clear: false,
    restore: false,
    final: false,
    thresholdSlot: 0,
  };
}

/** Outputs to be filled by `advance`. */
export function emptyOutputs(): MacroOutputs {
  return {
    cmdReady: false,
    psumReady: false,
    busy: false,
    advance: false,
    outValid: false,
    outIsCode: false,
    outData: 0,
    commandTaken: false,
    psumTaken: false,
    resultTaken: false,
  };
}

/** The state after power-up and reset: all registers 0, nothing stored. */
export function initialState({ spec, words, activationMasks }: Macro): MacroState {
  const { weightSlots, activationSlots, thresholdSlots } = spec;
  return {
    kind: 'macro-state',
    clock: 0,
    pendValid: false,
    pend: emptyStep(),
    runValid: false,
    run: emptyStep(),
    phase: 0,
    m: emptySlot(),
    c: emptySlot(),
    x: emptySlot(),
    v: emptySlot(),
    p: emptySlot(),
    a: emptySlot(),
    matchPositive: new Int32Array(words),
    matchNegative: new Int32Array(words),
    countPositive: 0,
    countNegative: 0,
    product: 0,
    vectorSum: 0,
    outValid: false,
    outIsCode: false,
    outData: 0,
    partialSums: new Int32Array(spec.partialSums),
    accumulators: new Int32Array(spec.partialSums),
    partialSumWritten: -1,
    accumulatorWritten: -1,
    weightPositive: new Int32Array(weightSlots * spec.maxMagnitude * words),
    weightNegative: new Int32Array(weightSlots * spec.maxMagnitude * words),
    weightNonzero: new Int32Array(weightSlots * words),
    weightLength: new Int32Array(weightSlots).fill(-1),
    activationMasks: new Int32Array(activationSlots * activationMasks * words),
    activationNonzero: new Int32Array(activationSlots * words),
    activationLength: new Int32Array(activationSlots).fill(-1),
    thresholds: new Int32Array(thresholdSlots * spec.thresholds),
    thresholdFalling: new Uint8Array(thresholdSlots),
    thresholdCompared: new Int32Array(thresholdSlots).fill(-1),
    accumulatorStarted: new Uint8Array(spec.partialSums),
  };
}

/** A copy that shares nothing with the state. */
export function cloneState(state: MacroState): MacroState {
  return structuredClone(state);
}
