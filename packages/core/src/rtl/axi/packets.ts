import type { MacroSpec } from '../../chip/index.ts';
import { fail } from '../../diagnostics/index.ts';
import {
  COMMAND_BITS,
  COMMAND_FIELDS,
  COMMAND_PACKET,
  PACKET_KIND,
  STORE_FIELDS,
  type CommandField,
  type Field,
} from './fields.ts';
import type { RowKind, TopGeometry } from './geometry.ts';

/** One beat of `s_axis`. */
export interface Beat {
  /** 0 <= data < 2^axisBits. */
  readonly data: bigint;
  readonly last: boolean;
}

/** Fields of a command; what is left out is 0. */
export type CommandValues = Readonly<Partial<Record<CommandField, number>>>;

/**
 * Codes side by side: code i in bits [i bits +: bits] of a row.
 *
 * @param codes whole numbers; negative ones stand for their two's complement
 */
export function packRow(codes: readonly (number | bigint)[], bits: number): bigint {
  return codes.reduce<bigint>(
    (row, code, index) => row | (BigInt.asUintN(bits, BigInt(code)) << BigInt(index * bits)),
    0n,
  );
}

/** A row of weights as its cells hold it: sign bit and magnitude, or two's complement. */
export function packWeights(spec: MacroSpec, weights: readonly number[]): bigint {
  const { weightBits, weightSystem } = spec;
  const codes = weights.map((weight) =>
    weightSystem === 'sign-magnitude' && weight < 0 ? 2 ** (weightBits - 1) - weight : weight,
  );
  return packRow(codes, weightBits);
}

function put({ lsb, bits }: Field, name: string, value: number): bigint {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) {
    fail('packet-field-out-of-range', `packet.${name}`, `${value} does not fit ${bits} bits`, 'give less');
  }
  return BigInt(value) << BigInt(lsb);
}

function beatsOf(value: bigint, count: number, axisBits: number): Beat[] {
  return Array.from({ length: count }, (_, index) => ({
    data: BigInt.asUintN(axisBits, value >> BigInt(index * axisBits)),
    last: index === count - 1,
  }));
}

/**
 * The packet that stores a row in a buffer (hw/macro/doc/axi.md, "Packets").
 *
 * @param bufferRow 0 to bufferRows - 1; up to 1,023 can be said
 * @param row the row's bits, as {@link packWeights} and {@link packRow} make them
 * @throws TallyError `packet-field-out-of-range`
 */
export function storePacket(
  { axisBits, rows }: TopGeometry,
  kind: RowKind['name'],
  bufferRow: number,
  row: bigint,
  falling = false,
): readonly Beat[] {
  const { packet, beats } = rows.find(({ name }) => name === kind)!;
  const header =
    put(PACKET_KIND, 'kind', packet) |
    put(STORE_FIELDS.falling, 'falling', falling ? 1 : 0) |
    put(STORE_FIELDS.row, 'row', bufferRow);
  return [{ data: header, last: false }, ...beatsOf(row, beats, axisBits)];
}

/**
 * The packet of a command.
 *
 * @throws TallyError `packet-field-out-of-range`
 */
export function commandPacket({ axisBits }: TopGeometry, values: CommandValues): readonly Beat[] {
  const names = Object.keys(COMMAND_FIELDS) as CommandField[];
  const bits = names.reduce(
    (all, name) => all | put(COMMAND_FIELDS[name], name, values[name] ?? 0),
    put(PACKET_KIND, 'kind', COMMAND_PACKET),
  );
  return beatsOf(bits, COMMAND_BITS / axisBits, axisBits);
}
