import {
  alwaysFf,
  and,
  assign,
  conditional,
  literal,
  net,
  next,
  not,
  or,
  ref,
  when,
  zero,
  type Module,
} from '../ast/index.ts';
import { clk, defineModule, rstN } from '../modules/module.ts';
import { stream, streamPorts } from './stream.ts';

/**
 * A stage of registers in a stream: valid, data and ready all come from registers, and a beat passes every clock. While the
 * receiver waits, one beat more is kept.
 */
export function skidModule(bits: number): Module {
  const { inValid, inReady, inData, outValid, outReady, outData } = stream(bits);
  const validQ = ref('valid_q');
  const dataQ = ref('data_q', bits);
  const spareValidQ = ref('spare_valid_q');
  const spareQ = ref('spare_q', bits);
  return defineModule({
    name: `tally_skid_${bits}`,
    about: [`Skid buffer of ${bits} bits: registers in valid, data and ready, one beat every clock.`],
    ports: streamPorts(bits),
    items: [
      net(validQ),
      net(dataQ),
      net(spareValidQ),
      net(spareQ),
      assign(inReady, not(spareValidQ)),
      assign(outValid, validQ),
      assign(outData, dataQ),
      alwaysFf(
        clk,
        when(
          not(rstN),
          [next(validQ, zero(1)), next(spareValidQ, zero(1))],
          [
            when(
              or(outReady, not(validQ)),
              [next(validQ, or(inValid, spareValidQ)), next(spareValidQ, zero(1))],
              [when(and(inValid, not(spareValidQ)), [next(spareValidQ, literal(1, 1))])],
            ),
          ],
        ),
        when(or(outReady, not(validQ)), [next(dataQ, conditional(spareValidQ, spareQ, inData))]),
        when(not(spareValidQ), [next(spareQ, inData)]),
      ),
    ],
  });
}
