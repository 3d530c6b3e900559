/**
 * Layout of packets and of the register `ERROR` (hw/macro/doc/axi.md): the circuit, the packets that `tally rtl` writes and the
 * documentation's test read it here.
 */

/** `bits` bits from bit `lsb` of a packet's words, word 0 in bits 31:0. */
export interface Field {
  readonly lsb: number;
  readonly bits: number;
}

const field = (word: number, lsb: number, bits = 1): Field => ({ lsb: 32 * word + lsb, bits });

export const PACKET_KIND: Field = field(0, 0, 4);
export const COMMAND_PACKET = 4;

/** Header of a packet that stores a row. */
export const STORE_FIELDS = { falling: field(0, 4), row: field(0, 16, 10) } as const;

export const COMMAND_BITS = 128;
export const COMMAND_FIELDS = {
  load_weight: field(0, 4),
  load_activation: field(0, 5),
  load_threshold: field(0, 6),
  clear: field(0, 7),
  restore: field(0, 8),
  emit: field(0, 9),
  final: field(0, 10),
  window_end: field(0, 11),
  last: field(0, 12),
  shift: field(0, 16, 6),
  weight_slot: field(1, 0, 16),
  activation_slot: field(1, 16, 16),
  threshold_slot: field(2, 0, 16),
  accumulator: field(2, 16, 16),
  weight_row: field(3, 0, 10),
  activation_row: field(3, 10, 10),
  threshold_row: field(3, 20, 10),
} as const satisfies Record<string, Field>;
export type CommandField = keyof typeof COMMAND_FIELDS;

/** Bits of `ERROR`, from bit 0. The parser finds the first four, the fetch unit the others. */
export const ERROR_BITS = [
  'PACKET_KIND',
  'PACKET_SHORT',
  'PACKET_LONG',
  'PACKET_ROW',
  'COMMAND_ROW',
  'COMMAND_SLOT',
  'COMMAND_ACCUMULATOR',
  'COMMAND_START',
] as const;
export const PARSER_ERRORS = 4;
