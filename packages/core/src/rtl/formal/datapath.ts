import {
  add,
  alwaysFf,
  and,
  assign,
  conditional,
  equal,
  input,
  instance,
  less,
  lessOrEqual,
  literal,
  multiply,
  net,
  next,
  not,
  ref,
  set,
  shiftLeft,
  slice,
  when,
  zero,
  type Expression,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import { bitsFor, type Geometry } from '../geometry.ts';
import { corePorts } from '../modules/core.ts';
import { defineModule } from '../modules/module.ts';
import type { ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { anyConstant, assertThat, assumeThat, implies } from './monitor.ts';
import { activationValue, weightValue } from './search-lines.ts';
import { specifiedKeys } from './specification.ts';

/** One step of a run: where its base comes from, and whether its sum is handed out. */
interface Step {
  readonly base: 'clear' | 'accumulate' | 'restore';
  readonly emit: boolean;
}

interface Run {
  readonly property: string;
  readonly claim: string;
  readonly steps: readonly Step[];
  /** `out_ready` and `psum_valid` come and go as they like. */
  readonly pressure: boolean;
}

const RUNS: readonly Run[] = [
  {
    property: 'one-step',
    claim: 'a step that clears and hands out gives the sum of w * a, shifted',
    steps: [{ base: 'clear', emit: true }],
    pressure: false,
  },
  {
    property: 'two-steps',
    claim: 'a second step adds its sum to the first',
    steps: [
      { base: 'clear', emit: false },
      { base: 'accumulate', emit: true },
    ],
    pressure: false,
  },
  {
    property: 'restore',
    claim: 'a step with a returned partial sum adds its sum to it',
    steps: [{ base: 'restore', emit: true }],
    pressure: false,
  },
  {
    property: 'back-pressure',
    claim: 'results are right and in order however result and returned sum are held up',
    steps: [
      { base: 'clear', emit: true },
      { base: 'restore', emit: true },
    ],
    pressure: true,
  },
];

/** A choice by number: the last value where none fits. */
function pick(index: Ref, values: readonly Expression[]): Expression {
  return values.reduceRight((other, value, number) =>
    conditional(equal(index, literal(index.bits, number)), value, other),
  );
}

/**
 * `tally_core` from reset with rows that the solver chooses: every result beside plain arithmetic, modulo
 * 2^accumulatorBits, at the clock that the cycle formula gives.
 *
 * @param free entries that hold any legal code; the others hold zero weights
 */
function harness(
  geometry: Geometry,
  { steps, pressure }: Run,
  free: number,
): { readonly module: Module; readonly clocks: number } {
  const { spec } = geometry;
  const { accumulatorBits } = spec;
  const clk = ref('clk');
  const slots = specifiedKeys(spec).length + spec.rescaleSlots;
  const cycles = 2 + steps.length * slots + 7;
  // Held up for as many clocks as there are slots, at most, within the bound.
  const clocks = 1 + cycles + (pressure ? 4 : 0);
  const timeBits = bitsFor(clocks + 1);
  const time = ref('clock_number', timeBits);
  const [taken, given] = [ref('taken', 3), ref('given', 3)];
  const [cmdValid, cmdReady, outValid] = ['cmd_valid', 'cmd_ready', 'out_valid'].map((name) => ref(name));
  const outReady = ref('out_ready');
  const outData = ref('out_data', accumulatorBits);
  const rows = steps.map((_, step) => ({
    weights: anyConstant(`weights_${step}`, geometry.weightRowBits),
    activations: anyConstant(`activations_${step}`, geometry.activationRowBits),
    shift: anyConstant(`shift_${step}`, geometry.shiftBits),
  }));
  const idle = ref('idle_data', accumulatorBits);
  const [returned, returnedNet] = anyConstant('returned', accumulatorBits);
  const { weightBits } = spec;
  const legal = (row: Ref): Item[] =>
    Array.from({ length: spec.entries }, (_, entry) => {
      const code = slice(row, entry * weightBits, weightBits);
      const negativeZero = equal(code, literal(weightBits, 2 ** (weightBits - 1)));
      if (entry >= free) return assumeThat(`${row.name}_${entry}_rests`, equal(code, zero(weightBits)));
      return assumeThat(
        `${row.name}_${entry}_is_legal`,
        spec.weightSystem === 'sign-magnitude' ? not(negativeZero) : literal(1, 1),
      );
    });
  const sumOf = ({ weights, activations, shift }: (typeof rows)[number]): Expression =>
    shiftLeft(
      add(
        ...Array.from({ length: free }, (_, entry) =>
          multiply(
            weightValue(geometry, weights[0], entry, accumulatorBits),
            activationValue(geometry, activations[0], entry, accumulatorBits),
          ),
        ),
      ),
      shift[0],
    );
  const sums = steps.map((_, step) => ref(`sum_${step}`, accumulatorBits));
  const totals = steps.map((_, step) => ref(`total_${step}`, accumulatorBits));
  const before = (step: number): Expression => {
    const { base } = steps[step];
    if (base === 'clear') return zero(accumulatorBits);
    return base === 'restore' ? returned : totals[step - 1];
  };
  const expected = totals.filter((_, step) => steps[step].emit);
  const flag = (of: (step: Step) => boolean): Expression =>
    pick(
      taken,
      steps.map((step) => literal(1, of(step) ? 1 : 0)),
    );
  const of = (name: 'weights' | 'activations' | 'shift') =>
    pick(
      taken,
      rows.map((row) => row[name][0]),
    );
  const slotBit = (bits: number): Expression =>
    pick(
      taken,
      steps.map((_, step) => literal(bits, step % 2)),
    );
  // The first clock is the reset.
  const alive = not(equal(time, zero(timeBits)));
  const driven: Readonly<Record<string, Expression>> = {
    clk,
    rst_n: alive,
    cmd_valid: cmdValid,
    cmd_weight_slot: slotBit(geometry.weightSlotBits),
    cmd_activation_slot: slotBit(geometry.activationSlotBits),
    cmd_load_weight: literal(1, 1),
    cmd_load_activation: literal(1, 1),
    cmd_weight_row: of('weights'),
    cmd_activation_row: of('activations'),
    cmd_shift: of('shift'),
    cmd_clear: flag(({ base }) => base === 'clear'),
    cmd_restore: flag(({ base }) => base === 'restore'),
    cmd_emit: flag(({ emit }) => emit),
    psum_valid: pressure ? ref('psum_valid') : literal(1, 1),
    // Where it is not valid it may be anything.
    psum_data: pressure ? conditional(ref('psum_valid'), returned, idle) : returned,
    out_ready: pressure ? outReady : literal(1, 1),
    cmd_ready: cmdReady,
    out_valid: outValid,
    out_data: outData,
  };
  const ports = corePorts(geometry);
  const connections = Object.fromEntries(
    ports.map(({ direction, of: port }) => [
      port.name,
      port.name in driven ? driven[port.name] : direction === 'output' ? null : zero(port.bits),
    ]),
  );
  const one = literal(3, 1);
  const items: Item[] = [
    ...rows.flatMap((row) => [row.weights[1], row.activations[1], row.shift[1]]),
    returnedNet,
    ...[time, taken, given, cmdValid, cmdReady, outValid, outData, ...sums, ...totals].map((name) =>
      net(name),
    ),
    { kind: 'initial', body: [time, taken, given].map((register) => set(register, zero(register.bits))) },
    assign(cmdValid, and(less(taken, literal(3, steps.length)), alive)),
    ...sums.map((sum, step) => assign(sum, sumOf(rows[step]))),
    ...totals.map((total, step) => assign(total, add(before(step), sums[step]))),
    instance('tally_core', 'u_core', connections),
    alwaysFf(
      clk,
      next(time, add(time, literal(timeBits, 1))),
      when(and(cmdValid, cmdReady), [next(taken, add(taken, one))]),
      when(and(alive, outValid, connections['out_ready']!), [next(given, add(given, one))]),
    ),
    ...rows.flatMap((row) => [
      ...legal(row.weights[0]),
      assumeThat(
        `${row.shift[0].name}_in_range`,
        lessOrEqual(row.shift[0], literal(geometry.shiftBits, spec.maxShift)),
      ),
    ]),
    assertThat('nothing_more', implies(and(alive, outValid), less(given, literal(3, expected.length)))),
    assertThat('sum_of_products', implies(and(alive, outValid), equal(outData, pick(given, expected)))),
    ...(pressure
      ? []
      : [
          assertThat(
            'on_time',
            implies(
              equal(time, literal(timeBits, cycles)),
              and(outValid, equal(given, literal(3, expected.length - 1))),
            ),
          ),
        ]),
  ];
  const module = defineModule({
    name: 'tally_datapath_proof',
    about: ['The macro from reset, beside plain arithmetic.'],
    ports: [input(clk), ...(pressure ? [ref('psum_valid'), idle, outReady].map(input) : [])],
    items,
  });
  return { module, clocks };
}

/**
 * End to end at small size: everything from the command to the result, nothing assumed of the units.
 *
 * @param entries entries that hold any code in all steps of a run together
 */
export function datapathJobs({ geometry, modules, edit, job }: ProofContext, entries: number): ProofJob[] {
  const { spec } = geometry;
  return RUNS.map((run) => {
    const free = Math.max(1, Math.floor(entries / run.steps.length));
    const { module, clocks } = harness(geometry, run, free);
    return job(
      {
        unit: 'datapath',
        property: run.property,
        claim: run.claim,
        size: `${spec.entries} entries${free < spec.entries ? `, ${free} of them free in each step and the others 0` : ''}, ${spec.scheme}`,
        method: { kind: 'bounded', clocks },
        module,
      },
      modules,
      edit,
    );
  });
}
