import {
  add,
  and,
  alwaysFf,
  assign,
  comment,
  conditional,
  input,
  net,
  next,
  output,
  ref,
  slice,
  when,
  zero,
  zeroExtend,
  type Module,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { advance, clk, defineModule } from './module.ts';

/** Counters of the two rails: add up the match counts of a class's keys, over all banks. */
export function dualCounter({ spec, bankCountBits, countBits }: Geometry): Module {
  const rails = ['pos', 'neg'].map((rail) => ({
    banks: ref(`count_${rail}`, spec.banks * bankCountBits),
    sum: ref(`sum_${rail}`, countBits),
    counter: ref(`cnt_${rail}_q`, countBits),
  }));
  const search = ref('m_search_q');
  const first = ref('m_cls_first_q');
  const sumOf = (banks: Ref) =>
    add(
      ...Array.from({ length: spec.banks }, (_, bank) =>
        zeroExtend(slice(banks, bank * bankCountBits, bankCountBits), countBits),
      ),
    );
  return defineModule({
    name: 'tally_dual_counter',
    about: ['Stage 2, count: one counter per rail adds up the matches of the keys of a class.'],
    ports: [
      ...[clk, advance, search, first].map(input),
      ...rails.map(({ banks }) => input(banks)),
      ...rails.map(({ counter }) => output(counter, { observable: true })),
    ],
    items: [
      ...rails.map(({ sum }) => net(sum)),
      comment(
        'An entry matches at most one key of a class, so that a class counts to the number of entries at most.',
      ),
      ...rails.map(({ banks, sum }) => assign(sum, sumOf(banks))),
      alwaysFf(
        clk,
        when(
          and(advance, search),
          rails.map(({ sum, counter }) =>
            next(counter, add(conditional(first, zero(countBits), counter), sum)),
          ),
        ),
      ),
    ],
  });
}
