import {
  add,
  alwaysFf,
  and,
  assign,
  comment,
  conditional,
  equal,
  input,
  less,
  literal,
  net,
  next,
  not,
  or,
  output,
  ref,
  when,
  zero,
  type Module,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { COMMAND_FIELDS, commandPort, stepRegister, type CommandField } from './command-fields.ts';
import { advance, clk, defineModule, rstN } from './module.ts';

/** Fields of the running step that something behind the controller reads. */
const READ_BEHIND = COMMAND_FIELDS.filter((field) => field !== 'emit' && field !== 'window_end');

/** Nets of the controller that the core connects. */
export function controllerNets(geometry: Geometry) {
  return {
    take: ref('take'),
    cmdReady: ref('cmd_ready'),
    pendValid: ref('pend_valid_q'),
    runValid: ref('run_valid_q'),
    phase: ref('phase_q', geometry.phaseBits),
    transfer: ref('transfer'),
    emit: ref('emit'),
    run: READ_BEHIND.map((field) => stepRegister(geometry, 'run', field)),
  };
}

/** Controller: one command waits, one step runs; the phase counts the slots of the running step. */
export function controller(geometry: Geometry): Module {
  const { spec, phaseBits, keys } = geometry;
  const { take, cmdReady, pendValid, runValid, phase, transfer, emit } = controllerNets(geometry);
  const cmdValid = ref('cmd_valid');
  const cmd = (field: CommandField) => commandPort(geometry, field);
  const pend = (field: CommandField) => stepRegister(geometry, 'pend', field);
  const run = (field: CommandField) => stepRegister(geometry, 'run', field);
  const searches = keys.keys.length;
  const stepEnd = searches + spec.rescaleSlots - 1;
  const lastSlot = ref('last_slot', phaseBits);
  const [runEnds, pendGoes] = [ref('run_ends'), ref('pend_goes')];
  const constant = (value: number) => literal(phaseBits, value);
  const windowEnd = stepEnd + spec.windowOverheadCycles;
  const operands = (['weight', 'activation'] as const).map((operand) => ({
    load: ref(`cmd_load_${operand}`),
    clash: ref(`clash_${operand}`),
    slot: `${operand}_slot` as const,
  }));
  // A row may be overwritten in the clock of the last search: it is stored at the end of that clock.
  const searching = ref('searching');
  const stillSearching = searches === 1 ? zero(1) : and(runValid, less(phase, constant(searches - 1)));
  const registers = (of: (field: CommandField) => Ref, from: (field: CommandField) => Ref) =>
    COMMAND_FIELDS.map((field) => next(of(field), from(field)));
  const isReadBehind = (field: CommandField) => (READ_BEHIND as readonly CommandField[]).includes(field);
  return defineModule({
    name: 'tally_controller',
    about: [
      'Controller: one command waits (pend), one step runs (run); phase counts the slots of the running step:',
      `${searches} searches, ${spec.rescaleSlots} rescale slots and, at the end of a window, ${spec.windowOverheadCycles} more.`,
    ],
    ports: [
      ...[clk, rstN, advance, cmdValid].map(input),
      ...operands.map(({ load }) => input(load)),
      ...COMMAND_FIELDS.map((field) => input(cmd(field))),
      output(cmdReady),
      output(take),
      output(pendValid, { observable: true }),
      output(runValid, { observable: true }),
      output(phase, { observable: true }),
      ...COMMAND_FIELDS.filter(isReadBehind).map((field) => output(run(field), { observable: true })),
      output(transfer),
      output(emit),
    ],
    items: [
      ...COMMAND_FIELDS.map((field) => net(pend(field), { observable: true })),
      ...COMMAND_FIELDS.filter((field) => !isReadBehind(field)).map((field) =>
        net(run(field), { observable: true }),
      ),
      net(lastSlot),
      net(runEnds),
      net(pendGoes),
      net(searching),
      ...operands.map(({ clash }) => net(clash)),
      assign(
        lastSlot,
        windowEnd === stepEnd
          ? constant(stepEnd)
          : conditional(run('window_end'), constant(windowEnd), constant(stepEnd)),
      ),
      assign(runEnds, and(runValid, equal(phase, lastSlot))),
      assign(pendGoes, and(pendValid, or(not(runValid), runEnds))),
      comment('A row must not be stored where a waiting step, or one that still searches, reads it.'),
      assign(searching, stillSearching),
      ...operands.map(({ load, clash, slot }) =>
        assign(
          clash,
          and(
            load,
            or(and(pendValid, equal(pend(slot), cmd(slot))), and(searching, equal(run(slot), cmd(slot)))),
          ),
        ),
      ),
      comment('Independent of cmd_valid.'),
      assign(
        cmdReady,
        and(advance, or(not(pendValid), pendGoes), ...operands.map(({ clash }) => not(clash))),
      ),
      assign(take, and(cmdValid, cmdReady)),
      assign(transfer, and(runValid, equal(phase, constant(stepEnd)))),
      assign(emit, and(runEnds, run('emit'))),
      alwaysFf(
        clk,
        when(
          not(rstN),
          [pendValid, runValid, pend('emit'), run('emit')].map((one) => next(one, zero(1))),
          [
            when(advance, [
              next(pendValid, or(take, and(pendValid, not(pendGoes)))),
              next(runValid, or(pendGoes, and(runValid, not(runEnds)))),
              when(take, registers(pend, cmd)),
              when(
                pendGoes,
                [...registers(run, pend), next(phase, zero(phaseBits))],
                [when(and(runValid, not(runEnds)), [next(phase, add(phase, constant(1)))])],
              ),
            ]),
          ],
        ),
      ),
    ],
  });
}
