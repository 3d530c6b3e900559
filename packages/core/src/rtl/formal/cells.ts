import { and, conditional, equal, ref, type Module } from '../ast/index.ts';
import type { ProofJob, ProofUnit } from './job.ts';
import type { ProofContext } from './context.ts';
import { anyConstant, assertThat, assumeThat, monitored, past, remember, afterwards } from './monitor.ts';

const write = ref('write');
const data = ref('data');

/** After a write the cell holds the datum, else what it held: seen through an output that one line reads. */
function cellJob(
  { modules, edit, job }: ProofContext,
  module: Module,
  unit: ProofUnit,
  rails: readonly (readonly [line: string, out: string])[],
): ProofJob {
  const items = rails.flatMap(([line, out]) => {
    const [search, match] = [ref(line), ref(out)];
    const [held, heldNet] = anyConstant(`held_${line}`);
    const found = unit === 'cam-cell' ? equal(search, past(data)) : and(search, past(data));
    return [
      heldNet,
      assumeThat(`keep_${line}`, equal(search, held)),
      assertThat(`stored_${out}`, afterwards(equal(match, conditional(past(write), found, past(match))))),
    ];
  });
  const outs = rails.map(([, out]) => ref(out));
  return job(
    {
      unit,
      property: module.name.replace('tally_', '').replaceAll('_', '-'),
      claim:
        unit === 'cam-cell'
          ? 'a line matches the bit that was written last'
          : 'the bit that was written last comes out when it is selected, else 0',
      size: 'one cell',
      method: { kind: 'window', clocks: 2 },
      module: monitored(module, [...remember(write, data, ...outs), ...items]),
    },
    modules,
    edit,
  );
}

/** Two rails are read at once and do not disturb each other. */
export function cellJobs(context: ProofContext): ProofJob[] {
  const named = (name: string) => context.modules.filter((module) => module.name === name);
  return [
    ...named('tally_cam_cell').map((one) => cellJob(context, one, 'cam-cell', [['search', 'match']])),
    ...named('tally_cam_cell_dual').map((one) =>
      cellJob(context, one, 'cam-cell', [
        ['search_pos', 'match_pos'],
        ['search_neg', 'match_neg'],
      ]),
    ),
    ...named('tally_mux_cell').map((one) => cellJob(context, one, 'mux-cell', [['select', 'out']])),
  ];
}
