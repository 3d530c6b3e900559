import { and, conditional, equal, not, or, ref, zeroExtend, type Module, type Ref } from '../ast/index.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { assertThat, implies, monitored, past, remember, afterwards } from './monitor.ts';

/** Registers that the core sees by name: its own, and those of its units on nets. */
const registersOf = ({ items }: Module): Ref[] =>
  items.flatMap((item) =>
    item.kind === 'net' && item.of.kind === 'ref' && item.of.name.endsWith('_q') ? [item.of] : [],
  );

/** Handshakes and freezing of the macro as a whole, from every state. */
export function coreJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec } = geometry;
  const core = moduleNamed({ modules }, 'tally_core');
  const one = (name: string) => ref(name);
  const [rstN, advance, outValid, outReady, outIsCode] = [
    'rst_n',
    'advance',
    'out_valid',
    'out_ready',
    'out_is_code',
  ].map(one);
  const [transfer, restore, psumValid, psumReady] = [
    'p_transfer_q',
    'p_restore_q',
    'psum_valid',
    'psum_ready',
  ].map(one);
  const [emit, final] = ['a_emit_q', 'a_final_q'].map(one);
  const [outData, result] = ['out_data', 'result'].map((name) => ref(name, spec.accumulatorBits));
  const code = ref('code', spec.activationBits);
  const registers = registersOf(core).filter(({ name }) => name !== 'out_valid_q');
  const blocked = and(outValid, not(outReady));
  const misses = and(transfer, restore, not(psumValid));
  const seen = [rstN, advance, outValid, outReady, outIsCode, outData, result, code, ...registers];
  const alive = past(rstN);
  const handed = and(past(advance), past(emit));
  const items = [
    ...remember(...seen),
    assertThat('advances_unless', equal(advance, and(rstN, not(blocked), not(misses)))),
    assertThat('asks_for_sums', equal(psumReady, and(rstN, transfer, restore, not(blocked)))),
    assertThat(
      'frozen',
      afterwards(and(...[...registers, result].map((of) => equal(of, past(of)))), alive, not(past(advance))),
    ),
    assertThat(
      'result_waits',
      afterwards(
        and(outValid, equal(outData, past(outData)), equal(outIsCode, past(outIsCode))),
        ...[alive, past(outValid), not(past(outReady))],
      ),
    ),
    assertThat(
      'result_comes',
      afterwards(
        and(
          outValid,
          equal(outIsCode, past(final)),
          equal(
            outData,
            conditional(past(final), zeroExtend(past(code), spec.accumulatorBits), past(result)),
          ),
        ),
        ...[alive, handed],
      ),
    ),
    assertThat(
      'result_leaves_once',
      afterwards(not(outValid), alive, not(handed), or(past(advance), past(outReady))),
    ),
    assertThat(
      'busy_while_working',
      implies(or(one('pend_valid_q'), one('run_valid_q'), outValid, emit, transfer), one('busy')),
    ),
  ];
  return [
    job(
      {
        unit: 'core',
        property: 'handshakes',
        claim:
          'the macro freezes as a whole, and only then; a result waits unchanged until it is taken, and is taken once',
        size: `${spec.entries} entries`,
        method: { kind: 'window', clocks: 2 },
        module: monitored(core, items),
      },
      modules,
      edit,
    ),
  ];
}
