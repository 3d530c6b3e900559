import {
  alwaysFf,
  array,
  assign,
  bit,
  comment,
  conditional,
  element,
  generateFor,
  genvar,
  greaterOrEqual,
  input,
  instance,
  integer,
  lessOrEqual,
  multiply,
  net,
  next,
  output,
  ref,
  signed,
  signExtend,
  slice,
  when,
  type Module,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { clk, defineModule } from './module.ts';
import { popcountName } from './popcount.ts';

/** Sets of thresholds, and the code that one of them makes of a sum: how many of its thresholds the sum reaches. */
export function thresholdUnit({ spec, thresholdSlotBits, thresholdRowBits }: Geometry): Module {
  const { thresholds, thresholdBits, thresholdSlots, accumulatorBits, activationBits } = spec;
  const write = ref('write');
  const writeSlot = ref('write_slot', thresholdSlotBits);
  const row = ref('row', thresholdRowBits);
  const falling = ref('falling');
  const slot = ref('slot', thresholdSlotBits);
  const sum = ref('sum', accumulatorBits);
  const code = ref('code', activationBits);
  const rows = array('thresholds_q', thresholdRowBits, thresholdSlots);
  const directions = ref('falling_q', thresholdSlots);
  const set = ref('set', thresholdRowBits);
  const downwards = ref('downwards');
  const wideSum = ref('wide_sum', thresholdBits);
  const reached = ref('reached', thresholds);
  const k = genvar('k');
  const threshold = signed(slice(set, multiply(k, integer(thresholdBits)), thresholdBits));
  return defineModule({
    name: 'tally_threshold_unit',
    about: [
      `Threshold unit: ${thresholdSlots} sets of ${thresholds} thresholds. Code: the number of thresholds that the sum reaches,`,
      'from below (sum >= threshold) or, for a falling set, from above (sum <= threshold).',
    ],
    ports: [...[clk, write, writeSlot, row, falling, slot, sum].map(input), output(code)],
    items: [
      net(rows),
      net(directions),
      net(set),
      net(downwards),
      net(wideSum),
      net(reached),
      alwaysFf(
        clk,
        when(write, [next(element(rows, writeSlot), row), next(bit(directions, writeSlot), falling)]),
      ),
      assign(set, element(rows, slot)),
      assign(downwards, bit(directions, slot)),
      assign(wideSum, signExtend(sum, thresholdBits)),
      generateFor(
        k,
        thresholds,
        'compare',
        assign(
          bit(reached, k),
          conditional(
            downwards,
            lessOrEqual(signed(wideSum), threshold),
            greaterOrEqual(signed(wideSum), threshold),
          ),
        ),
      ),
      comment('The code is at most the number of thresholds.'),
      instance(popcountName(thresholds), 'u_popcount', { bits: reached, count: code }),
    ],
  });
}
