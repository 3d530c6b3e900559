import {
  add,
  alwaysFf,
  and,
  array,
  conditional,
  element,
  equal,
  literal,
  multiply,
  net,
  next,
  ref,
  signExtend,
  zero,
  zeroExtend,
  when,
  or,
  type Ref,
  type Expression,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { anyConstant, assertThat, assumeThat, implies, inRange, monitored, startedItems } from './monitor.ts';

/** Sum of a partial sum, times 2^shift by multiplication, in the accumulator's width. */
function weighed({ spec, shiftBits }: Geometry, partial: Ref, shift: Ref): Expression {
  const { accumulatorBits, maxShift } = spec;
  const powers = Array.from({ length: maxShift + 1 }, (_, amount) => amount);
  const power = powers.reduceRight<Expression>(
    (other, amount) =>
      conditional(
        equal(shift, literal(shiftBits, amount)),
        literal(accumulatorBits, 1n << BigInt(amount)),
        other,
      ),
    zero(accumulatorBits),
  );
  return multiply(signExtend(partial, accumulatorBits), power);
}

/**
 * Stages 4 to 6: one accumulator, any, is followed from the first clock that gives it a known value (a vector's first
 * product; a transfer that clears or restores). The followers are plain sums; k-induction ties them to the registers.
 */
export function accumulatorJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec, sumBits, shiftBits } = geometry;
  const { partialSumBits, accumulatorBits, partialSums, maxShift } = spec;
  const [advance, last, first, vTransfer, pTransfer, clear, restore] = [
    'advance',
    'x_cls_last_q',
    'x_vec_first_q',
    'v_transfer_q',
    'p_transfer_q',
    'p_clear_q',
    'p_restore_q',
  ].map((name) => ref(name));
  const [vAt, pAt, aAt] = ['v', 'p', 'a'].map((stage) => ref(`${stage}_accumulator_q`, sumBits));
  const shift = ref('p_shift_q', shiftBits);
  const product = ref('product_q', partialSumBits);
  const psumData = ref('psum_data', accumulatorBits);
  const result = ref('result', accumulatorBits);
  const clk = ref('clk');
  const [followed, declaration] = anyConstant('followed', sumBits);
  const values = {
    vsum: ref('f_vsum', partialSumBits),
    psum: ref('f_psum', partialSumBits),
    acc: ref('f_acc', accumulatorBits),
  };
  const known = { vsum: ref('known_vsum'), psum: ref('known_psum'), acc: ref('known_acc') };
  const base = conditional(clear, zero(accumulatorBits), conditional(restore, psumData, values.acc));
  const vector = and(advance, last);
  const shiftLegal = {
    kind: 'binary',
    operator: 'less-or-equal',
    left: zeroExtend(shift, shiftBits + 1),
    right: literal(shiftBits + 1, maxShift),
  } as const;
  const items = [
    declaration,
    assumeThat('followed_exists', inRange(followed, partialSums)),
    ...startedItems,
    ...[...Object.values(values), ...Object.values(known)].map((of) => net(of)),
    {
      kind: 'initial',
      body: Object.values(known).map(
        (of) => ({ kind: 'procedural-assign', blocking: true, target: of, value: zero(1) }) as const,
      ),
    } as const,
    alwaysFf(
      clk,
      when(vector, [
        next(values.vsum, conditional(first, product, add(values.vsum, product))),
        next(known.vsum, or(first, known.vsum)),
      ]),
      when(and(advance, vTransfer, equal(vAt, followed)), [
        next(values.psum, values.vsum),
        next(known.psum, known.vsum),
      ]),
      when(and(advance, pTransfer, equal(pAt, followed)), [
        next(values.acc, add(base, weighed(geometry, values.psum, shift))),
        next(known.acc, and(known.psum, or(clear, restore, known.acc), shiftLegal)),
      ]),
    ),
    assertThat('vector_sum', implies(known.vsum, equal(ref('vsum_q', partialSumBits), values.vsum))),
    assertThat(
      'partial_sum',
      implies(
        known.psum,
        equal(element(array('psum_q', partialSumBits, partialSums), followed), values.psum),
      ),
    ),
    assertThat(
      'accumulated',
      implies(known.acc, equal(element(array('acc_q', accumulatorBits, partialSums), followed), values.acc)),
    ),
    assertThat('handed_out', implies(and(known.acc, equal(aAt, followed)), equal(result, values.acc))),
  ];
  return [
    job(
      {
        unit: 'accumulator',
        property: 'sums',
        claim:
          'the result is base plus the sum of the products times 2^shift, base being 0, the returned sum or what was there',
        size: `${partialSums} sums of ${partialSumBits} bits in ${accumulatorBits}, shifts 0 to ${maxShift}`,
        method: { kind: 'induction', clocks: 1 },
        nature: 'sums',
        module: monitored(moduleNamed({ modules }, 'tally_accumulator'), items),
      },
      modules,
      edit,
    ),
  ];
}
