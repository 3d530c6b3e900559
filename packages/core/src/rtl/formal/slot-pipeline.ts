import { conditional, equal, or, ref, zero, type Ref } from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { assertThat, monitored, past, remember, afterwards } from './monitor.ts';

const STAGES = ['m', 'c', 'x', 'v', 'p', 'a'];

/** What the contract lets travel: field, width, where it comes from, the last stage that reads it, cleared by reset. */
function travellers(geometry: Geometry) {
  const { classBits, sumBits, shiftBits, thresholdSlotBits } = geometry;
  const of = (field: string, source: string, last: string, bits = 1, isFlag = false) => ({
    field,
    source: ref(source, bits),
    stages: STAGES.slice(0, STAGES.indexOf(last) + 1),
    isFlag,
  });
  return [
    of('search', 'search', 'm', 1, true),
    of('cls_first', 'cls_first', 'm'),
    of('cls_last', 'cls_last', 'x'),
    of('vec_first', 'vec_first', 'x'),
    of('class', 'class_index', 'c', classBits),
    of('transfer', 'transfer', 'p', 1, true),
    of('emit', 'emit', 'a', 1, true),
    of('accumulator', 'run_accumulator_q', 'a', sumBits),
    of('shift', 'run_shift_q', 'p', shiftBits),
    of('clear', 'run_clear_q', 'p'),
    of('restore', 'run_restore_q', 'p'),
    of('final', 'run_final_q', 'a'),
    of('threshold_slot', 'run_threshold_slot_q', 'a', thresholdSlotBits),
  ];
}

/** Every field moves one stage per clock that advances, and rests otherwise. */
export function slotPipelineJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const [advance, rstN] = [ref('advance'), ref('rst_n')];
  const moves = travellers(geometry).flatMap(({ field, source, stages, isFlag }) =>
    stages.map((stage, index) => {
      const register: Ref = ref(`${stage}_${field}_q`, source.bits);
      const before: Ref = index === 0 ? source : ref(`${stages[index - 1]}_${field}_q`, source.bits);
      return { register, before, isFlag };
    }),
  );
  const flags = moves.filter(({ isFlag }) => isFlag).map(({ register }) => register);
  const seen = new Map(
    [advance, rstN, ...moves.flatMap(({ register, before }) => [register, before])].map((of) => [
      of.name,
      of,
    ]),
  );
  const items = [
    ...remember(...seen.values()),
    ...moves.map(({ register, before, isFlag }) =>
      assertThat(
        `moves_${register.name}`,
        afterwards(
          equal(
            register,
            conditional(
              past(rstN),
              conditional(past(advance), past(before), past(register)),
              isFlag ? zero(register.bits) : past(register),
            ),
          ),
        ),
      ),
    ),
    assertThat('anything_in_flight', equal(ref('in_flight'), or(...flags))),
  ];
  return [
    job(
      {
        unit: 'slot-pipeline',
        property: 'moves',
        claim:
          'flags and fields move one stage per clock, rest while the macro is frozen, and reset clears the flags',
        size: `${moves.length} registers`,
        method: { kind: 'window', clocks: 2 },
        module: monitored(moduleNamed({ modules }, 'tally_slot_pipeline'), items),
      },
      modules,
      edit,
    ),
  ];
}
