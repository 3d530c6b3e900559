import {
  add,
  alwaysFf,
  and,
  array,
  assign,
  bit,
  concat,
  element,
  literal,
  net,
  next,
  not,
  notEqual,
  ref,
  subtract,
  when,
  zero,
  type Module,
} from '../ast/index.ts';
import { slotBits } from '../geometry.ts';
import { clk, defineModule, rstN } from '../modules/module.ts';
import { stream, streamPorts } from './stream.ts';

/**
 * A first-in first-out buffer of registers.
 *
 * @param words a power of two, from 2
 */
export function fifoModule(words: number, bits: number): Module {
  const { inValid, inReady, inData, outValid, outReady, outData } = stream(bits);
  const pointerBits = slotBits(words);
  const store = array('words', bits, words);
  const headQ = ref('head_q', pointerBits);
  const tailQ = ref('tail_q', pointerBits);
  const countQ = ref('count_q', pointerBits + 1);
  const push = ref('push');
  const pop = ref('pop');
  const one = literal(pointerBits, 1);
  return defineModule({
    name: `tally_fifo_${words}x${bits}`,
    about: [
      `FIFO of ${words} words of ${bits} bits, in registers. in_ready and out_valid depend on the fill alone;`,
      'a word that comes in is there to be taken in the next clock.',
    ],
    ports: streamPorts(bits),
    items: [
      net(store),
      net(headQ),
      net(tailQ),
      net(countQ),
      net(push),
      net(pop),
      assign(inReady, not(bit(countQ, pointerBits))),
      assign(outValid, notEqual(countQ, zero(pointerBits + 1))),
      assign(outData, element(store, headQ)),
      assign(push, and(inValid, inReady)),
      assign(pop, and(outValid, outReady)),
      alwaysFf(
        clk,
        when(
          not(rstN),
          [
            next(headQ, zero(pointerBits)),
            next(tailQ, zero(pointerBits)),
            next(countQ, zero(pointerBits + 1)),
          ],
          [
            when(pop, [next(headQ, add(headQ, one))]),
            when(push, [next(tailQ, add(tailQ, one))]),
            next(
              countQ,
              subtract(add(countQ, concat(zero(pointerBits), push)), concat(zero(pointerBits), pop)),
            ),
          ],
        ),
        when(push, [next(element(store, tailQ), inData)]),
      ),
    ],
  });
}
