import {
  alwaysFf,
  and,
  assign,
  choose,
  comment,
  concat,
  conditional,
  equal,
  greaterOrEqual,
  input,
  literal,
  net,
  next,
  not,
  or,
  output,
  reduceOr,
  reduceXor,
  ref,
  slice,
  subtract,
  when,
  zero,
  type Expression,
  type Item,
  type Module,
} from '../ast/index.ts';
import { COMMAND_BITS, COMMAND_PACKET, PACKET_KIND, PARSER_ERRORS, STORE_FIELDS } from './fields.ts';
import { slotBits } from '../geometry.ts';
import type { TopGeometry } from './geometry.ts';
import { clk, defineModule, rstN } from '../modules/module.ts';

const HEAD = literal(2, 0);
const PAYLOAD = literal(2, 1);
const SKIP = literal(2, 2);
const COMMAND = literal(2, 3);

/** True when an unsigned expression reaches `limit`; false where its width cannot. */
export function reaches(value: Expression, bits: number, limit: number): Expression {
  return limit >= 2 ** bits ? zero(1) : greaterOrEqual(value, literal(bits, limit));
}

/**
 * Packets to rows and commands (hw/macro/doc/axi.md, "Packets"). A row is collected in a shift register and written in the clock
 * after its last beat; a command is offered until it is taken or dropped, and nothing is read meanwhile.
 */
export function parserModule(geometry: TopGeometry): Module {
  const { axisBits, rows, bufferRows, bufferAddressBits, commandBeats } = geometry;
  const mostBeats = Math.max(...rows.map(({ beats }) => beats));
  const beatBits = slotBits(Math.max(mostBeats, commandBeats) + 1);
  const enable = ref('enable');
  const inValid = ref('in_valid');
  const inReady = ref('in_ready');
  const inData = ref('in_data', axisBits);
  const inLast = ref('in_last');
  const commandValid = ref('command_valid');
  const commandReady = ref('command_ready');
  const command = ref('command', COMMAND_BITS);
  const rowAddress = ref('row_address', bufferAddressBits);
  const rowFalling = ref('row_falling');
  const errors = ref('errors', PARSER_ERRORS);
  const idle = ref('idle');
  const state = ref('state_q', 2);
  const kindQ = ref('kind_q', PACKET_KIND.bits);
  const beatsLeft = ref('beats_left_q', beatBits);
  const commandQ = ref('command_q', COMMAND_BITS);
  const rowQ = ref('row_q', mostBeats * axisBits);
  const writeQ = ref('write_q', rows.length);
  const rowAddressQ = ref('row_address_q', bufferAddressBits);
  const fallingQ = ref('falling_q');
  const take = ref('take');
  const inHead = ref('in_head');
  const kind = ref('kind', PACKET_KIND.bits);
  const isCommand = ref('is_command');
  const kindWrong = ref('kind_wrong');
  const rowWrong = ref('row_wrong');
  const lastBeat = ref('last_beat');
  const errorKind = ref('error_kind');
  const errorShort = ref('error_short');
  const errorLong = ref('error_long');
  const errorRow = ref('error_row');
  const kinds = [...rows.map(({ packet }) => packet), COMMAND_PACKET];
  const beatsOf = [...rows.map(({ beats }) => beats), commandBeats];
  const kindIs = (of: Expression, number: number) => equal(of, literal(PACKET_KIND.bits, number));
  const headerRow = slice(inData, STORE_FIELDS.row.lsb, STORE_FIELDS.row.bits);
  const row = (name: string, bits: number) => ref(`${name}_row`, bits);
  const nets = [
    ...[state, kindQ, beatsLeft, commandQ, rowQ, writeQ, rowAddressQ, fallingQ, take, inHead, kind],
    ...[isCommand, kindWrong, rowWrong, lastBeat, errorKind, errorShort, errorLong, errorRow],
  ];
  /** The row register shifts down by a beat; where all rows fit one beat there is nothing to shift. */
  const shifted = mostBeats === 1 ? inData : concat(inData, slice(rowQ, axisBits, rowQ.bits - axisBits));
  const items: Item[] = [
    ...nets.map((of) => net(of)),
    comment('What is in the beat at hand.'),
    assign(inReady, and(enable, not(equal(state, COMMAND)))),
    assign(take, and(inValid, inReady)),
    assign(inHead, equal(state, HEAD)),
    assign(kind, conditional(inHead, slice(inData, PACKET_KIND.lsb, PACKET_KIND.bits), kindQ)),
    assign(isCommand, kindIs(kind, COMMAND_PACKET)),
    assign(kindWrong, not(or(...kinds.map((number) => kindIs(kind, number))))),
    assign(rowWrong, and(not(isCommand), reaches(headerRow, STORE_FIELDS.row.bits, bufferRows))),
    assign(lastBeat, equal(beatsLeft, zero(beatBits))),
    comment('Judged in the order kind, row, length; a packet of one beat is always too short.'),
    assign(errorKind, and(take, inHead, kindWrong)),
    assign(errorRow, and(take, inHead, not(kindWrong), rowWrong)),
    assign(
      errorShort,
      and(
        take,
        inLast,
        or(and(inHead, not(kindWrong), not(rowWrong)), and(equal(state, PAYLOAD), not(lastBeat))),
      ),
    ),
    assign(errorLong, and(take, equal(state, PAYLOAD), lastBeat, not(inLast))),
    assign(errors, concat(errorRow, errorLong, errorShort, errorKind)),
    comment('Rows lie at the upper end of the shift register, the first beat lowest.'),
    ...rows.map(({ name, bits, beats }) =>
      assign(row(name, bits), slice(rowQ, (mostBeats - beats) * axisBits, bits)),
    ),
    ...rows.map(({ name }, index) => assign(ref(`${name}_write`), slice(writeQ, index, 1))),
    assign(rowAddress, rowAddressQ),
    assign(rowFalling, fallingQ),
    assign(commandValid, and(enable, equal(state, COMMAND))),
    assign(command, commandQ),
    assign(idle, and(inHead, not(reduceOr(writeQ)))),
    alwaysFf(
      clk,
      when(
        not(rstN),
        [next(state, HEAD), next(writeQ, zero(writeQ.bits))],
        [
          next(writeQ, zero(writeQ.bits)),
          choose(
            state,
            [
              {
                values: [HEAD],
                body: [
                  when(and(take, not(inLast)), [
                    next(state, conditional(or(kindWrong, rowWrong), SKIP, PAYLOAD)),
                  ]),
                ],
              },
              {
                values: [PAYLOAD],
                body: [
                  when(take, [
                    when(
                      and(lastBeat, inLast),
                      [
                        next(state, conditional(isCommand, COMMAND, HEAD)),
                        ...rows.map(({ packet }, index) =>
                          next(slice(writeQ, index, 1), kindIs(kindQ, packet)),
                        ),
                      ],
                      [
                        when(inLast, [next(state, HEAD)]),
                        when(and(lastBeat, not(inLast)), [next(state, SKIP)]),
                      ],
                    ),
                  ]),
                ],
              },
              { values: [SKIP], body: [when(and(take, inLast), [next(state, HEAD)])] },
            ],
            [when(commandReady, [next(state, HEAD)])],
          ),
        ],
      ),
      when(and(take, inHead), [
        next(kindQ, kind),
        next(rowAddressQ, slice(inData, STORE_FIELDS.row.lsb, bufferAddressBits)),
        next(fallingQ, slice(inData, STORE_FIELDS.falling.lsb, 1)),
        choose(
          kind,
          kinds.slice(0, -1).map((number, index) => ({
            values: [literal(PACKET_KIND.bits, number)],
            body: [next(beatsLeft, literal(beatBits, beatsOf[index] - 1))],
          })),
          [next(beatsLeft, literal(beatBits, commandBeats - 1))],
        ),
      ]),
      when(and(take, equal(state, PAYLOAD)), [next(beatsLeft, subtract(beatsLeft, literal(beatBits, 1)))]),
      when(and(take, isCommand), [
        next(commandQ, concat(inData, slice(commandQ, axisBits, COMMAND_BITS - axisBits))),
      ]),
      when(and(take, equal(state, PAYLOAD), not(isCommand)), [next(rowQ, shifted)]),
    ),
    comment('Reserved bits of packets are ignored.'),
    net(ref('unused_bits')),
    assign(ref('unused_bits'), reduceXor(concat(inData, rowQ))),
  ];
  return defineModule({
    name: 'tally_stream_parser',
    about: [
      'Packets of s_axis: rows for the buffers, commands for the fetch unit. Malformed packets are skipped up to',
      'their last beat and set an error.',
    ],
    ports: [
      ...[clk, rstN, enable, inValid].map(input),
      output(inReady),
      input(inData),
      input(inLast),
      ...rows.flatMap(({ name, bits }) => [output(ref(`${name}_write`)), output(row(name, bits))]),
      output(rowAddress),
      output(rowFalling),
      output(commandValid),
      input(commandReady),
      output(command),
      output(errors),
      output(idle),
    ],
    items,
  });
}
