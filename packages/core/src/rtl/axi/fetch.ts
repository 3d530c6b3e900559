import {
  alwaysFf,
  and,
  assign,
  comment,
  concat,
  conditional,
  input,
  net,
  next,
  not,
  or,
  output,
  reduceOr,
  reduceXor,
  ref,
  slice,
  when,
  zero,
  type Expression,
  type Module,
  type Ref,
} from '../ast/index.ts';
import { COMMAND_BITS, COMMAND_FIELDS, ERROR_BITS, PARSER_ERRORS, type CommandField } from './fields.ts';
import type { TopGeometry } from './geometry.ts';
import { reaches } from './parser.ts';
import { clk, defineModule, rstN } from '../modules/module.ts';

/** A field of the command that goes to the core as `cmd_<name>`, with the width that it has there. */
export interface CoreField {
  readonly name: CommandField;
  readonly bits: number;
}

/** The scalar fields of a command at the pins of `tally_core`. */
export function coreFields({ core }: TopGeometry): readonly CoreField[] {
  const flag = (name: CommandField): CoreField => ({ name, bits: 1 });
  return [
    { name: 'weight_slot', bits: core.weightSlotBits },
    { name: 'activation_slot', bits: core.activationSlotBits },
    { name: 'threshold_slot', bits: core.thresholdSlotBits },
    ...(['load_weight', 'load_activation', 'load_threshold'] as const).map(flag),
    { name: 'accumulator', bits: core.sumBits },
    { name: 'shift', bits: core.shiftBits },
    ...(['clear', 'restore', 'emit', 'final', 'window_end'] as const).map(flag),
  ];
}

/**
 * Judges a command, reads its rows and offers it to the core in the next clock. One command waits here; a legal one that comes
 * meanwhile waits in the parser, an illegal one is dropped at once.
 */
export function fetchModule(geometry: TopGeometry): Module {
  const { bufferRows, bufferAddressBits } = geometry;
  const { spec } = geometry.core;
  const command = ref('command', COMMAND_BITS);
  const valid = ref('command_valid');
  const ready = ref('command_ready');
  const enable = ref('enable');
  const cmdValid = ref('cmd_valid');
  const cmdReady = ref('cmd_ready');
  const cmdLast = ref('cmd_last');
  const errors = ref('errors', ERROR_BITS.length - PARSER_ERRORS);
  const validQ = ref('valid_q');
  const taken = ref('taken');
  const accept = ref('accept');
  const wrong = ref('wrong', errors.bits);
  const anyWrong = ref('any_wrong');
  const fields = coreFields(geometry);
  const raw = (name: CommandField, bits: number = COMMAND_FIELDS[name].bits) =>
    slice(command, COMMAND_FIELDS[name].lsb, bits);
  const beyond = (name: CommandField, limit: number) => reaches(raw(name), COMMAND_FIELDS[name].bits, limit);
  const pin = ({ name, bits }: CoreField): Ref => ref(`cmd_${name}`, bits);
  const held = ({ name, bits }: CoreField): Ref => ref(`${name}_q`, bits);
  const kinds = ['weight', 'activation', 'threshold'] as const;
  const rowWrong = kinds.map((name) => and(raw(`load_${name}`), beyond(`${name}_row`, bufferRows)));
  const judged: readonly Expression[] = [
    and(raw('clear'), raw('restore')),
    or(beyond('accumulator', spec.partialSums), beyond('shift', spec.maxShift + 1)),
    or(
      beyond('weight_slot', spec.weightSlots),
      beyond('activation_slot', spec.activationSlots),
      beyond('threshold_slot', spec.thresholdSlots),
    ),
    or(...rowWrong),
  ];
  const lastQ = held({ name: 'last', bits: 1 });
  return defineModule({
    name: 'tally_fetch',
    about: ['Judges commands, reads the rows that they load, and offers them to the core.'],
    ports: [
      ...[clk, rstN, enable, valid].map(input),
      output(ready),
      input(command),
      ...kinds.flatMap((name) => [
        output(ref(`${name}_read`)),
        output(ref(`${name}_address`, bufferAddressBits)),
      ]),
      output(cmdValid),
      input(cmdReady),
      ...fields.map((one) => output(pin(one))),
      output(cmdLast),
      output(errors),
      output(ref('idle')),
    ],
    items: [
      ...[validQ, taken, accept, wrong, anyWrong, ...fields.map(held), lastQ].map((of) => net(of)),
      comment('Row, slot, accumulator or shift out of range; clear and restore both.'),
      assign(wrong, concat(...judged)),
      assign(anyWrong, reduceOr(wrong)),
      assign(errors, conditional(valid, wrong, zero(wrong.bits))),
      assign(cmdValid, and(validQ, enable)),
      assign(taken, and(cmdValid, cmdReady)),
      assign(accept, and(valid, not(anyWrong), or(not(validQ), taken))),
      assign(ready, or(accept, anyWrong)),
      ...kinds.flatMap((name) => [
        assign(ref(`${name}_read`), and(accept, raw(`load_${name}`))),
        assign(ref(`${name}_address`, bufferAddressBits), raw(`${name}_row`, bufferAddressBits)),
      ]),
      ...fields.map((one) => assign(pin(one), held(one))),
      assign(cmdLast, lastQ),
      assign(ref('idle'), not(validQ)),
      alwaysFf(
        clk,
        when(not(rstN), [next(validQ, zero(1))], [next(validQ, or(accept, and(validQ, not(taken))))]),
        when(accept, [
          ...fields.map((one) => next(held(one), raw(one.name, one.bits))),
          next(lastQ, raw('last')),
        ]),
      ),
      comment('Reserved bits of commands are ignored.'),
      net(ref('unused_bits')),
      assign(ref('unused_bits'), reduceXor(command)),
    ],
  });
}
