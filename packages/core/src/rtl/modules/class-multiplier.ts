import {
  alwaysComb,
  alwaysFf,
  and,
  assign,
  choose,
  concat,
  input,
  literal,
  multiply,
  net,
  next,
  output,
  ref,
  set,
  signExtend,
  slice,
  subtract,
  when,
  zero,
  zeroExtend,
  type Item,
  type Module,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { advance, clk, defineModule } from './module.ts';

/** The one multiplication of a class: its value times the difference of the two counters. */
export function classMultiplier({ spec, keys, classBits, countBits, valueBits }: Geometry): Module {
  const productBits = spec.partialSumBits;
  // The product is computed in at least the bits of its factors, and its low bits are kept.
  const wide = Math.max(productBits, countBits + 1, valueBits);
  const last = ref('c_cls_last_q');
  const classIndex = ref('c_class_q', classBits);
  const [pos, neg] = [ref('cnt_pos_q', countBits), ref('cnt_neg_q', countBits)];
  const product = ref('product_q', productBits);
  const value = ref('value', valueBits);
  const difference = ref('difference', countBits + 1);
  const full = ref('full_product', wide);
  const fullNet: Item =
    wide === productBits
      ? net(full)
      : {
          kind: 'lint-off',
          rule: 'UNUSEDSIGNAL',
          reason:
            'A product of a schedule that is accepted fits the register: the bits above it are copies of its sign.',
          body: [net(full)],
        };
  return defineModule({
    name: 'tally_class_multiplier',
    about: ['Stage 3, multiply: the value of a class times the difference of its counters.'],
    ports: [...[clk, advance, last, classIndex, pos, neg].map(input), output(product, { observable: true })],
    items: [
      net(value),
      net(difference),
      fullNet,
      alwaysComb(
        choose(
          classIndex,
          keys.classValues.map((one, index) => ({
            values: [literal(classBits, index)],
            body: [set(value, literal(valueBits, one))],
          })),
          [set(value, zero(valueBits))],
        ),
      ),
      assign(difference, subtract(concat(zero(1), pos), concat(zero(1), neg))),
      assign(full, multiply(zeroExtend(value, wide), signExtend(difference, wide))),
      alwaysFf(clk, when(and(advance, last), [next(product, slice(full, 0, productBits))])),
    ],
  });
}
