import {
  add,
  alwaysFf,
  and,
  conditional,
  equal,
  less,
  lessOrEqual,
  literal,
  net,
  next,
  not,
  or,
  ref,
  set,
  when,
  zero,
  zeroExtend,
  type Expression,
  type Item,
  type Ref,
} from '../ast/index.ts';
import { bitsFor, type Geometry } from '../geometry.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import {
  assertThat,
  assumeThat,
  implies,
  monitored,
  past,
  remember,
  started,
  startedItems,
  afterwards,
} from './monitor.ts';

const FLAGS = ['clear', 'restore', 'emit', 'final', 'window_end'];

function fieldsOf(geometry: Geometry): readonly (readonly [field: string, bits: number])[] {
  return [
    ['weight_slot', geometry.weightSlotBits],
    ['activation_slot', geometry.activationSlotBits],
    ['threshold_slot', geometry.thresholdSlotBits],
    ['accumulator', geometry.sumBits],
    ['shift', geometry.shiftBits],
    ...FLAGS.map((flag) => [flag, 1] as const),
  ];
}

/** Nets and numbers of the controller that its properties speak of. */
function view(geometry: Geometry) {
  const { spec, keys } = geometry;
  const searches = keys.keys.length;
  const longest = searches + spec.rescaleSlots + spec.windowOverheadCycles;
  // Room for every waiting time: two steps of the longest kind.
  const bits = bitsFor(2 * longest + searches);
  const [take, ready, valid, advance, rstN, pendValid, runValid] = [
    'take',
    'cmd_ready',
    'cmd_valid',
    'advance',
    'rst_n',
    'pend_valid_q',
    'run_valid_q',
  ].map((name) => ref(name));
  const phase = ref('phase_q', geometry.phaseBits);
  const number = (value: number) => literal(bits, value);
  const wide = (of: Ref) => zeroExtend(of, bits);
  const lastSlot = (windowEnd: Ref) =>
    conditional(windowEnd, number(longest - 1), number(searches + spec.rescaleSlots - 1));
  const fields = fieldsOf(geometry).map(([field, width]) => ({
    field,
    cmd: ref(`cmd_${field}`, width),
    pend: ref(`pend_${field}_q`, width),
    run: ref(`run_${field}_q`, width),
  }));
  const loads = ['weight', 'activation'].map((operand) => ({
    load: ref(`cmd_load_${operand}`),
    ...fields.find(({ field }) => field === `${operand}_slot`)!,
  }));
  return {
    ...{ searches, longest, bits, number, wide, lastSlot, fields, loads },
    ...{ take, ready, valid, advance, rstN, pendValid, runValid, phase },
  };
}

type View = ReturnType<typeof view>;

const runEnd = (
  { runValid, phase, wide, lastSlot }: View,
  of: (one: Ref) => Ref = (one) => one,
): Expression => and(of(runValid), equal(wide(of(phase)), lastSlot(of(ref('run_window_end_q')))));

/** Time until a waiting step starts and until a command is taken, counted in clocks that advance. */
function waiting(v: View): Item[] {
  const { advance, take, valid, ready, pendValid, runValid, phase, wide, number, bits, longest, searches } =
    v;
  const [wait, refused] = [ref('wait_clocks', bits), ref('refused_clocks', bits)];
  const one = number(1);
  return [
    net(wait),
    net(refused),
    { kind: 'initial', body: [set(refused, zero(bits))] },
    alwaysFf(
      ref('clk'),
      when(
        not(v.rstN),
        [next(refused, zero(bits))],
        [
          when(advance, [
            next(wait, conditional(take, zero(bits), add(wait, one))),
            next(refused, conditional(and(valid, not(ready)), add(refused, one), zero(bits))),
          ]),
        ],
      ),
    ),
    assertThat(
      'waits_no_longer_than_a_step',
      afterwards(lessOrEqual(wait, wide(phase)), pendValid, runValid),
    ),
    assertThat('starts_at_once_when_idle', afterwards(equal(wait, zero(bits)), pendValid, not(runValid))),
    assertThat('refused_while_waiting', afterwards(lessOrEqual(refused, wait), pendValid)),
    assertThat(
      'refused_while_running',
      afterwards(lessOrEqual(refused, add(number(longest), wide(phase))), runValid, not(pendValid)),
    ),
    assertThat('never_refused_when_idle', afterwards(ready, advance, not(pendValid), not(runValid))),
    assertThat(
      'taken_in_the_end',
      afterwards(
        less(refused, number(longest + searches - 1)),
        ...[advance, valid, not(ready), or(pendValid, runValid)],
      ),
    ),
  ];
}

/** Rows that a waiting or a searching step reads are not stored. */
function stability(v: View): Item[] {
  const { take, pendValid, runValid, phase, wide, number, searches, loads } = v;
  return loads.map(({ load, field, cmd, pend, run }) =>
    assertThat(
      `${field}_is_stable`,
      implies(
        and(take, load),
        and(
          not(and(pendValid, equal(pend, cmd))),
          not(and(runValid, less(wide(phase), number(searches - 1)), equal(run, cmd))),
        ),
      ),
    ),
  );
}

/** `cmd_ready` from registers and the command alone, so that it cannot depend on `cmd_valid`. */
function readiness(v: View): Item[] {
  const { advance, ready, valid, take, pendValid, runValid, phase, wide, number, searches, loads } = v;
  const goes = or(not(runValid), runEnd(v));
  const clashes = loads.map(({ load, cmd, pend, run }) =>
    and(
      load,
      or(
        and(pendValid, equal(pend, cmd)),
        and(runValid, less(wide(phase), number(searches - 1)), equal(run, cmd)),
      ),
    ),
  );
  return [
    assertThat(
      'ready_whatever_cmd_valid',
      equal(ready, and(advance, or(not(pendValid), goes), ...clashes.map(not))),
    ),
    assertThat('takes_when_both', equal(take, and(valid, ready))),
  ];
}

/** A command is taken once, waits unchanged, runs once from phase 0 and unchanged to its last slot. */
function steps(v: View): Item[] {
  const { advance, rstN, take, pendValid, runValid, phase, wide, number, fields } = v;
  const alive = and(past(rstN), past(advance));
  const ended = runEnd(v, past);
  const starts = and(past(pendValid), or(not(past(runValid)), ended));
  const same = (a: 'pend' | 'run', b: 'cmd' | 'pend' | 'run') =>
    and(...fields.map((field) => equal(field[a], past(field[b]))));
  const phaseIs = (value: Expression) => equal(wide(phase), value);
  return [
    ...remember(
      advance,
      rstN,
      take,
      pendValid,
      runValid,
      phase,
      ...fields.flatMap(({ cmd, pend, run }) => [cmd, pend, run]),
    ),
    assertThat('takes_no_two', implies(and(take, pendValid), or(not(runValid), runEnd(v)))),
    assertThat('taken_waits', afterwards(and(pendValid, same('pend', 'cmd')), alive, past(take))),
    assertThat(
      'waiting_is_kept',
      afterwards(and(pendValid, same('pend', 'pend')), alive, past(pendValid), not(starts), not(past(take))),
    ),
    assertThat(
      'waiting_leaves_once',
      afterwards(not(pendValid), alive, not(past(take)), or(starts, not(past(pendValid)))),
    ),
    assertThat('starts', afterwards(and(runValid, phaseIs(number(0)), same('run', 'pend')), alive, starts)),
    assertThat(
      'goes_on',
      afterwards(
        and(runValid, phaseIs(add(wide(past(phase)), number(1))), same('run', 'run')),
        alive,
        past(runValid),
        not(ended),
      ),
    ),
    assertThat('ends', afterwards(not(runValid), alive, not(starts), or(ended, not(past(runValid))))),
    assertThat(
      'frozen',
      afterwards(
        and(
          equal(pendValid, past(pendValid)),
          equal(runValid, past(runValid)),
          equal(phase, past(phase)),
          same('pend', 'pend'),
          same('run', 'run'),
        ),
        past(rstN),
        not(past(advance)),
      ),
    ),
    assertThat(
      'reset_clears',
      afterwards(not(or(pendValid, runValid, ref('pend_emit_q'), ref('run_emit_q'))), not(past(rstN))),
    ),
  ];
}

/** Needs no more than itself: an induction on its own, and what other inductions rest on. */
const phaseInRange = ({ runValid, phase, wide, lastSlot }: View): Item =>
  assertThat(
    'phase_in_range',
    afterwards(lessOrEqual(wide(phase), lastSlot(ref('run_window_end_q'))), runValid),
  );

/** Flags of the slot: the transfer after the searches and rescale slots, the hand-over in the last one. */
function slots(v: View, geometry: Geometry): Item[] {
  const { runValid, phase, wide, number, searches } = v;
  const transferAt = number(searches + geometry.spec.rescaleSlots - 1);
  return [
    assertThat('transfers_once', equal(ref('transfer'), and(runValid, equal(wide(phase), transferAt)))),
    assertThat('emits_last', equal(ref('emit'), and(runEnd(v), ref('run_emit_q')))),
  ];
}

/** All properties of the controller: k-induction from reset, with everything outside it free. */
export function controllerJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const v = view(geometry);
  const controller = moduleNamed({ modules }, 'tally_controller');
  const reset = assumeThat('reset_first', implies(not(started), not(v.rstN)));
  const from = (items: readonly Item[]) => monitored(controller, [...items, phaseInRange(v), reset]);
  const common = { unit: 'controller', size: `${v.searches} keys, steps of ${v.longest} slots` } as const;
  return [
    job(
      {
        ...common,
        property: 'steps',
        claim:
          'a command is taken once, waits unchanged, runs once; nothing changes while the macro is frozen',
        method: { kind: 'induction', clocks: 1 },
        module: from(steps(v)),
      },
      modules,
      edit,
    ),
    job(
      {
        ...common,
        property: 'ready',
        claim: 'cmd_ready is that of the contract, whatever cmd_valid is; rows in use are not overwritten',
        method: { kind: 'window', clocks: 1 },
        module: monitored(controller, [...readiness(v), ...stability(v)]),
      },
      modules,
      edit,
    ),
    job(
      {
        ...common,
        property: 'no-deadlock',
        claim: `the phase stays in range; a step waits at most ${v.longest} and a command is refused at most ${v.longest + v.searches - 1} clocks that advance`,
        method: { kind: 'induction', clocks: 1 },
        module: from([...startedItems, ...slots(v, geometry), ...waiting(v)]),
      },
      modules,
      edit,
    ),
  ];
}
