import {
  alwaysFf,
  and,
  array,
  bit,
  conditional,
  element,
  equal,
  greaterOrEqual,
  lessOrEqual,
  literal,
  net,
  next,
  ref,
  set,
  signed,
  signExtend,
  slice,
  when,
  zero,
} from '../ast/index.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { anyConstant, assertThat, assumeThat, countOnes, implies, inRange, monitored } from './monitor.ts';

/** One set of thresholds, any, is followed from the first time it is written. */
export function thresholdUnitJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec, thresholdSlotBits, thresholdRowBits } = geometry;
  const { thresholds, thresholdBits, thresholdSlots, accumulatorBits, activationBits } = spec;
  const [write, falling, clk] = [ref('write'), ref('falling'), ref('clk')];
  const [writeSlot, slot] = [ref('write_slot', thresholdSlotBits), ref('slot', thresholdSlotBits)];
  const row = ref('row', thresholdRowBits);
  const sum = ref('sum', accumulatorBits);
  const code = ref('code', activationBits);
  const [followed, declaration] = anyConstant('followed', thresholdSlotBits);
  const [set0, isFalling, known] = [ref('f_row', thresholdRowBits), ref('f_falling'), ref('known')];
  const wide = ref('f_sum', thresholdBits);
  const reached = Array.from({ length: thresholds }, (_, k) => {
    const threshold = signed(slice(set0, k * thresholdBits, thresholdBits));
    return conditional(
      isFalling,
      lessOrEqual(signed(wide), threshold),
      greaterOrEqual(signed(wide), threshold),
    );
  });
  const items = [
    declaration,
    assumeThat('followed_exists', inRange(followed, thresholdSlots)),
    ...[set0, isFalling, known, wide].map((of) => net(of)),
    { kind: 'assign', target: wide, value: signExtend(sum, thresholdBits) } as const,
    { kind: 'initial', body: [set(known, zero(1))] } as const,
    alwaysFf(
      clk,
      when(and(write, equal(writeSlot, followed)), [
        next(set0, row),
        next(isFalling, falling),
        next(known, literal(1, 1)),
      ]),
    ),
    assertThat(
      'stored',
      implies(
        known,
        and(
          equal(element(array('thresholds_q', thresholdRowBits, thresholdSlots), followed), set0),
          equal(bit(ref('falling_q', thresholdSlots), followed), isFalling),
        ),
      ),
    ),
    assertThat(
      'code_is_count_reached',
      implies(and(known, equal(slot, followed)), equal(code, countOnes(reached, activationBits))),
    ),
  ];
  return [
    job(
      {
        unit: 'threshold-unit',
        property: 'count-reached',
        claim:
          'the code is the number of thresholds of the slot that the sum reaches, from below or from above',
        size: `${thresholdSlots} sets of ${thresholds} thresholds, ${accumulatorBits}-bit sums`,
        method: { kind: 'induction', clocks: 1 },
        nature: 'sums',
        module: monitored(moduleNamed({ modules }, 'tally_threshold_unit'), items),
      },
      modules,
      edit,
    ),
  ];
}
