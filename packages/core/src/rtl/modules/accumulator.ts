import {
  add,
  alwaysFf,
  and,
  array,
  assign,
  comment,
  conditional,
  element,
  input,
  net,
  next,
  output,
  ref,
  shiftLeft,
  signExtend,
  when,
  zero,
  type Module,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { advance, clk, defineModule } from './module.ts';

/** Stages 4 to 6: the vector's sum, the partial sums of the macro and the accumulators behind them. */
export function accumulator({ spec, sumBits, shiftBits }: Geometry): Module {
  const { partialSums, partialSumBits, accumulatorBits } = spec;
  const xLast = ref('x_cls_last_q');
  const xFirst = ref('x_vec_first_q');
  const product = ref('product_q', partialSumBits);
  const vTransfer = ref('v_transfer_q');
  const vAccumulator = ref('v_accumulator_q', sumBits);
  const pTransfer = ref('p_transfer_q');
  const pAccumulator = ref('p_accumulator_q', sumBits);
  const pShift = ref('p_shift_q', shiftBits);
  const [pClear, pRestore] = [ref('p_clear_q'), ref('p_restore_q')];
  const psumData = ref('psum_data', accumulatorBits);
  const aAccumulator = ref('a_accumulator_q', sumBits);
  const result = ref('result', accumulatorBits);
  const vsum = ref('vsum_q', partialSumBits);
  const psums = array('psum_q', partialSumBits, partialSums);
  const accumulators = array('acc_q', accumulatorBits, partialSums);
  const psum = ref('psum', partialSumBits);
  const base = ref('base', accumulatorBits);
  const shifted = ref('shifted', accumulatorBits);
  const inputs = [
    clk,
    advance,
    xLast,
    xFirst,
    product,
    vTransfer,
    vAccumulator,
    pTransfer,
    pAccumulator,
    pShift,
    pClear,
    pRestore,
    psumData,
    aAccumulator,
  ];
  return defineModule({
    name: 'tally_accumulator',
    about: [
      'Stages 4 to 6: the sum of a vector, the partial sums and the accumulators.',
      'The transfer shifts a vector sum by the significance of its digit pass and accumulates it.',
    ],
    ports: [...inputs.map(input), output(result)],
    items: [
      net(vsum, { observable: true }),
      net(psums, { observable: true }),
      net(accumulators, { observable: true }),
      net(psum),
      net(base),
      net(shifted),
      comment('Stage 4, vector sum.'),
      alwaysFf(
        clk,
        when(and(advance, xLast), [
          next(vsum, add(conditional(xFirst, zero(partialSumBits), vsum), product)),
        ]),
      ),
      comment('Stage 5, partial sum.'),
      alwaysFf(clk, when(and(advance, vTransfer), [next(element(psums, vAccumulator), vsum)])),
      comment('Stage 6, accumulate.'),
      assign(psum, element(psums, pAccumulator)),
      assign(
        base,
        conditional(
          pClear,
          zero(accumulatorBits),
          conditional(pRestore, psumData, element(accumulators, pAccumulator)),
        ),
      ),
      assign(shifted, shiftLeft(signExtend(psum, accumulatorBits), pShift)),
      alwaysFf(
        clk,
        when(and(advance, pTransfer), [next(element(accumulators, pAccumulator), add(base, shifted))]),
      ),
      assign(result, element(accumulators, aAccumulator)),
    ],
  });
}
