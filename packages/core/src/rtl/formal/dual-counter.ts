import { add, and, equal, ref, slice, conditional, zero, zeroExtend } from '../ast/index.ts';
import { moduleNamed, type ProofContext } from './context.ts';
import type { ProofJob } from './job.ts';
import { assertThat, monitored, past, remember, afterwards } from './monitor.ts';

/** Stage 2 of the contract: the banks' counts come on top, or start anew with the first key of a class. */
export function dualCounterJobs({ geometry, modules, edit, job }: ProofContext): ProofJob[] {
  const { spec, countBits, bankCountBits } = geometry;
  const [advance, search, first] = ['advance', 'm_search_q', 'm_cls_first_q'].map((name) => ref(name));
  const rails = (['pos', 'neg'] as const).map((rail) => ({
    rail,
    banks: ref(`count_${rail}`, spec.banks * bankCountBits),
    counter: ref(`cnt_${rail}_q`, countBits),
  }));
  const total = (rail: (typeof rails)[number]) =>
    add(
      ...Array.from({ length: spec.banks }, (_, bank) =>
        zeroExtend(slice(past(rail.banks), bank * bankCountBits, bankCountBits), countBits),
      ),
    );
  const items = rails.map((rail) =>
    assertThat(
      `counts_${rail.rail}`,
      afterwards(
        equal(
          rail.counter,
          conditional(
            and(past(advance), past(search)),
            add(conditional(past(first), zero(countBits), past(rail.counter)), total(rail)),
            past(rail.counter),
          ),
        ),
      ),
    ),
  );
  const seen = [advance, search, first, ...rails.flatMap(({ banks, counter }) => [banks, counter])];
  return [
    job(
      {
        unit: 'dual-counter',
        property: 'sums-of-a-class',
        claim: 'each rail adds the counts of all banks, starts anew with a class, and holds otherwise',
        size: `${spec.entries} entries, ${spec.banks} bank(s)`,
        method: { kind: 'window', clocks: 2 },
        module: monitored(moduleNamed({ modules }, 'tally_dual_counter'), [...remember(...seen), ...items]),
      },
      modules,
      edit,
    ),
  ];
}
