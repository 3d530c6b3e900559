import {
  alwaysFf,
  assign,
  comment,
  input,
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
import { stepRegister } from './command-fields.ts';
import { advance, clk, defineModule, rstN } from './module.ts';

/** Stages behind the slot, in order: match, count, multiply, vector sum, partial sum, accumulate. */
export const STAGES = ['m', 'c', 'x', 'v', 'p', 'a'] as const;
export type Stage = (typeof STAGES)[number];

/** One thing that a slot carries along: until which stage, and in which stages it is read. */
interface Carried {
  readonly field: string;
  readonly last: Stage;
  readonly readIn: readonly Stage[];
  /** Cleared by reset. */
  readonly isFlag: boolean;
}

const carried = (field: string, last: Stage, readIn: readonly Stage[] = [last], isFlag = false): Carried => ({
  field,
  last,
  readIn,
  isFlag,
});

export const CARRIED: readonly Carried[] = [
  carried('search', 'm', ['m'], true),
  carried('cls_first', 'm'),
  carried('cls_last', 'x', ['c', 'x']),
  carried('vec_first', 'x'),
  carried('class', 'c'),
  carried('transfer', 'p', ['v', 'p'], true),
  carried('emit', 'a', ['a'], true),
  carried('accumulator', 'a', ['v', 'p', 'a']),
  carried('shift', 'p'),
  carried('clear', 'p'),
  carried('restore', 'p'),
  carried('final', 'a'),
  carried('threshold_slot', 'a'),
];

/** Net of the slot in front of stage m: the driver's or the controller's, or the running step's register. */
function source(geometry: Geometry, field: string): Ref {
  switch (field) {
    case 'class':
      return ref('class_index', geometry.classBits);
    case 'accumulator':
    case 'shift':
    case 'clear':
    case 'restore':
    case 'final':
    case 'threshold_slot':
      return stepRegister(geometry, 'run', field);
    default:
      return ref(field);
  }
}

/** Register of a field in a stage, `<stage>_<field>_q`. */
export function stageRegister(geometry: Geometry, stage: Stage, field: string): Ref {
  return ref(`${stage}_${field}_q`, source(geometry, field).bits);
}

const stagesOf = (last: Stage) => STAGES.slice(0, STAGES.indexOf(last) + 1);

/** Every register of the pipeline, stage by stage. */
export function stageRegisters(geometry: Geometry): Ref[] {
  return STAGES.flatMap((stage) =>
    CARRIED.filter(({ last }) => stagesOf(last).includes(stage)).map(({ field }) =>
      stageRegister(geometry, stage, field),
    ),
  );
}

/** Fields of the pipeline that come in, and its registers that are read outside it. */
export const pipelineInputs = (geometry: Geometry) => CARRIED.map(({ field }) => source(geometry, field));
export const pipelineOutputs = (geometry: Geometry) =>
  CARRIED.flatMap(({ field, readIn }) => readIn.map((stage) => stageRegister(geometry, stage, field)));

/** The slots in flight: what each says travels from stage to stage as far as it is read. */
export function slotPipeline(geometry: Geometry): Module {
  const inFlight = ref('in_flight');
  const outputs = pipelineOutputs(geometry);
  const isOutput = ({ name }: Ref) => outputs.some((one) => one.name === name);
  const flags = CARRIED.filter(({ isFlag }) => isFlag).flatMap(({ field, last }) =>
    stagesOf(last).map((stage) => stageRegister(geometry, stage, field)),
  );
  const moves = CARRIED.flatMap(({ field, last }) =>
    stagesOf(last).map((stage, index) =>
      next(
        stageRegister(geometry, stage, field),
        index === 0 ? source(geometry, field) : stageRegister(geometry, STAGES[index - 1], field),
      ),
    ),
  );
  return defineModule({
    name: 'tally_slot_pipeline',
    about: [
      'Slots in flight: match (m), count (c), multiply (x), vector sum (v), partial sum (p), accumulate (a).',
      'Every field travels as far as it is read.',
    ],
    ports: [
      ...[clk, rstN, advance, ...pipelineInputs(geometry)].map(input),
      ...outputs.map((one) => output(one, { observable: true })),
      output(inFlight),
    ],
    items: [
      ...stageRegisters(geometry)
        .filter((one) => !isOutput(one))
        .map((one) => net(one, { observable: true })),
      comment('Something searches, transfers or hands out.'),
      assign(inFlight, or(...flags)),
      alwaysFf(
        clk,
        when(
          not(rstN),
          flags.map((flag) => next(flag, zero(1))),
          [when(advance, moves)],
        ),
      ),
    ],
  });
}
