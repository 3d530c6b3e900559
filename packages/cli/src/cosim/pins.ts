import type { MacroCommand, MacroSpec, ThresholdRow } from '@tally/core';
import { putBits, wordsOf } from './words.ts';

/** An input port of the circuit and where its bits stand among the words of its group. */
export interface Pin {
  readonly name: string;
  readonly bits: number;
  /** First word; a port starts on a word of its own. */
  readonly offset: number;
  readonly words: number;
}

/** Ports that are sent together. */
export interface PinGroup {
  readonly pins: readonly Pin[];
  readonly words: number;
}

/** Input ports of `tally_core` by when they change (theory of operation, "Ports"). */
export interface CorePins {
  /** What `cmd_valid` offers. */
  readonly command: PinGroup;
  /** What `psum_valid` offers. */
  readonly partialSum: PinGroup;
}

function group(ports: readonly (readonly [name: string, bits: number])[]): PinGroup {
  let offset = 0;
  const pins = ports.map(([name, bits]): Pin => {
    const pin = { name, bits, offset, words: wordsOf(bits) };
    offset += pin.words;
    return pin;
  });
  return { pins, words: offset };
}

/** Bits that tell n slots apart. */
function slotBits(slots: number): number {
  return Math.max(1, Math.ceil(Math.log2(slots)));
}

/** Input ports of the macro's circuit. */
export function corePins(spec: MacroSpec): CorePins {
  return {
    command: group([
      ['cmd_weight_slot', slotBits(spec.weightSlots)],
      ['cmd_activation_slot', slotBits(spec.activationSlots)],
      ['cmd_threshold_slot', slotBits(spec.thresholdSlots)],
      ['cmd_load_weight', 1],
      ['cmd_load_activation', 1],
      ['cmd_load_threshold', 1],
      ['cmd_threshold_falling', 1],
      ['cmd_accumulator', slotBits(spec.partialSums)],
      ['cmd_shift', Math.max(1, Math.floor(Math.log2(Math.max(1, spec.maxShift))) + 1)],
      ['cmd_clear', 1],
      ['cmd_restore', 1],
      ['cmd_emit', 1],
      ['cmd_final', 1],
      ['cmd_window_end', 1],
      ['cmd_weight_row', spec.entries * spec.weightBits],
      ['cmd_activation_row', spec.entries * spec.activationBits],
      ['cmd_threshold_row', spec.thresholds * spec.thresholdBits],
    ]),
    partialSum: group([['psum_data', spec.accumulatorBits]]),
  };
}

/** The code that a weight digit is stored as. */
function weightCode(spec: MacroSpec, digit: number): number {
  return spec.weightSystem === 'sign-magnitude' && digit < 0 ? 2 ** (spec.weightBits - 1) - digit : digit;
}

/** Words of a command: ports in the order of {@link corePins}, rows that are not loaded are 0. */
export function commandWords(
  spec: MacroSpec,
  { command: layout }: CorePins,
  command: MacroCommand,
): Uint32Array {
  const words = new Uint32Array(layout.words);
  const { weightRow, activationRow, thresholdRow } = command;
  const scalars: readonly (number | boolean)[] = [
    command.weightSlot,
    command.activationSlot,
    command.thresholdSlot,
    weightRow !== null,
    activationRow !== null,
    thresholdRow !== null,
    thresholdRow?.falling ?? false,
    command.accumulator,
    command.shift,
    command.clear,
    command.restore,
    command.emit,
    command.final,
    command.windowEnd,
  ];
  scalars.forEach((value, i) => {
    words[i] = Number(value);
  });
  const rows = layout.pins.slice(-3).map(({ offset }) => offset);
  digitsOf(weightRow).forEach((digit, i) => {
    putBits(words, rows[0], i * spec.weightBits, weightCode(spec, digit), spec.weightBits);
  });
  digitsOf(activationRow).forEach((digit, i) => {
    putBits(words, rows[1], i * spec.activationBits, digit, spec.activationBits);
  });
  if (thresholdRow !== null) putThresholds(spec, words, rows[2], thresholdRow);
  return words;
}

/** Digits of a row, packed by the simulator or not: the circuit gets what the schedule says, not the simulator's masks. */
function digitsOf<T extends Int8Array | Uint8Array>(
  row: T | { readonly digits: T } | null,
): T | readonly number[] {
  if (row === null) return [];
  return 'digits' in row ? row.digits : row;
}

function putThresholds(
  spec: MacroSpec,
  words: Uint32Array,
  offset: number,
  { thresholds }: ThresholdRow,
): void {
  thresholds.forEach((threshold, k) => {
    putBits(words, offset, k * spec.thresholdBits, threshold, spec.thresholdBits);
  });
}

/** Reads `bits` bits of words; at most 32. */
function getBits(words: Uint32Array, offset: number, at: number, bits: number): number {
  let value = 0;
  for (let bit = 0; bit < bits; bit++) {
    const place = at + bit;
    value += ((words[offset + (place >>> 5)] >>> (place & 31)) & 1) * 2 ** bit;
  }
  return value;
}

function signed(value: number, bits: number): number {
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

/** The command that these words say: the inverse of {@link commandWords}, rows filled up to all entries. */
export function commandOf(
  spec: MacroSpec,
  { command: layout }: CorePins,
  words: Uint32Array,
  offset: number,
): MacroCommand {
  const value = (name: string): number =>
    words[offset + (layout.pins.find((pin) => pin.name === name)?.offset ?? 0)];
  const flag = (name: string): boolean => value(name) === 1;
  const [weights, activations, thresholds] = layout.pins.slice(-3).map((pin) => offset + pin.offset);
  const weight = (i: number): number => {
    const code = getBits(words, weights, i * spec.weightBits, spec.weightBits);
    const half = 2 ** (spec.weightBits - 1);
    return spec.weightSystem === 'sign-magnitude'
      ? code >= half
        ? half - code
        : code
      : signed(code, spec.weightBits);
  };
  const { thresholdBits, activationBits, entries } = spec;
  return {
    weightSlot: value('cmd_weight_slot'),
    activationSlot: value('cmd_activation_slot'),
    thresholdSlot: value('cmd_threshold_slot'),
    weightRow: flag('cmd_load_weight') ? Int8Array.from({ length: entries }, (_, i) => weight(i)) : null,
    activationRow: flag('cmd_load_activation')
      ? Uint8Array.from({ length: entries }, (_, i) =>
          getBits(words, activations, i * activationBits, activationBits),
        )
      : null,
    thresholdRow: flag('cmd_load_threshold')
      ? {
          thresholds: Int32Array.from({ length: spec.thresholds }, (_, k) =>
            signed(getBits(words, thresholds, k * thresholdBits, thresholdBits), thresholdBits),
          ),
          falling: flag('cmd_threshold_falling'),
        }
      : null,
    accumulator: value('cmd_accumulator'),
    shift: value('cmd_shift'),
    clear: flag('cmd_clear'),
    restore: flag('cmd_restore'),
    emit: flag('cmd_emit'),
    final: flag('cmd_final'),
    windowEnd: flag('cmd_window_end'),
  };
}

/** The partial sum that these words say. */
export function partialSumOf({ accumulatorBits }: MacroSpec, words: Uint32Array, offset: number): number {
  return signed(getBits(words, offset, 0, accumulatorBits), accumulatorBits);
}
