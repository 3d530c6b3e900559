import {
  add,
  assign,
  bit,
  comment,
  generateFor,
  genvar,
  input,
  integer,
  multiply,
  net,
  output,
  ref,
  slice,
  zeroExtend,
  type Expression,
  type Item,
  type Module,
  type Ref,
} from '../ast/index.ts';
import { bitsFor } from '../geometry.ts';
import { defineModule } from './module.ts';

export const popcountName = (inputs: number) => `tally_popcount_${inputs}`;

/** One level of the tree: `numbers` counts of `bits` bits side by side in a vector. */
interface Level {
  readonly vector: Ref;
  readonly numbers: number;
  readonly bits: number;
}

/** Pairs of the level below are added; an odd one passes. */
function nextLevel(
  below: Level,
  index: number,
  total: number,
): { readonly level: Level; readonly items: Item[] } {
  const pairs = Math.floor(below.numbers / 2);
  const numbers = Math.ceil(below.numbers / 2);
  // The count of everything fits `total` bits, so no level needs more.
  const bits = Math.min(below.bits + 1, total);
  const vector = ref(`level_${index}`, numbers * bits);
  const i = genvar('i');
  const number = (from: Expression) => zeroExtend(slice(below.vector, from, below.bits), bits);
  const start = (first: number) => add(multiply(i, integer(2 * below.bits)), integer(first * below.bits));
  const items: Item[] = [
    net(vector),
    generateFor(
      i,
      pairs,
      `adder_${index}`,
      assign(
        slice(vector, multiply(i, integer(bits)), bits),
        add(number(multiply(i, integer(2 * below.bits))), number(start(1))),
      ),
    ),
  ];
  if (numbers > pairs) {
    items.push(assign(slice(vector, pairs * bits, bits), number(integer(pairs * 2 * below.bits))));
  }
  return { level: { vector, numbers, bits }, items };
}

/**
 * Popcount: how many of `inputs` bits are 1, by a tree of adders, each level half as many and a bit wider. The count has
 * ceil(log2(inputs + 1)) bits.
 */
export function popcount(inputs: number): Module {
  const total = bitsFor(inputs);
  const bits = ref('bits', inputs);
  const count = ref('count', total);
  const items: Item[] = [];
  let level: Level = { vector: bits, numbers: inputs, bits: 1 };
  for (let index = 1; level.numbers > 1; index++) {
    const made = nextLevel(level, index, total);
    items.push(comment(`${made.level.numbers} counts of ${made.level.bits} bits.`), ...made.items);
    level = made.level;
  }
  return defineModule({
    name: popcountName(inputs),
    about: [`Popcount: the number of ones among ${inputs} bits, by an adder tree.`],
    ports: [input(bits), output(count)],
    items: [...items, assign(count, inputs === 1 ? bit(bits, 0) : level.vector)],
  });
}
