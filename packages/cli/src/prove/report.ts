import { throwIfAny, type Issue, type ProofMethod } from '@tally/core';
import { significant } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable, type Column } from '../terminal/table.ts';
import type { Counterexample, JobResult } from './prove-job.ts';

/** The document that `--json` writes. */
export interface ProofReport {
  readonly kind: 'tally-proofs';
  readonly formatVersion: 1;
  readonly version: string;
  readonly chip: string;
  /** Versions of the programs that ran, as they state them. */
  readonly tools: Readonly<Record<string, string>>;
  /** Seconds that an engine had for a job. */
  readonly limitSeconds: number;
  readonly seconds: number;
  readonly results: readonly JobResult[];
}

interface Parts extends Pick<ProofReport, 'chip' | 'results' | 'seconds' | 'limitSeconds' | 'version'> {
  readonly versions: ProofReport['tools'];
}

export function proofReport({ versions, version, ...parts }: Parts): ProofReport {
  return { kind: 'tally-proofs', formatVersion: 1, version, tools: versions, ...parts };
}

const COLUMNS: readonly Column[] = [
  { heading: 'proof', align: 'left' },
  { heading: 'size', align: 'left' },
  { heading: 'method', align: 'left' },
  { heading: 'properties', align: 'right' },
  { heading: 'by', align: 'left' },
  { heading: 'time', unit: 's', align: 'right' },
  { heading: 'processor', unit: 's', align: 'right' },
  { heading: 'memory', unit: 'MiB', align: 'right' },
  { heading: 'result', align: 'left' },
];

/** How a property was checked, in a few words. */
export function methodInWords({ kind, clocks }: ProofMethod): string {
  const many = `${clocks} clock${clocks === 1 ? '' : 's'}`;
  switch (kind) {
    case 'window':
      return clocks === 1 ? 'all states' : `all states, ${many}`;
    case 'induction':
      return `induction, ${many}`;
    case 'bounded':
      return `${many} from reset`;
    default:
      return kind satisfies never;
  }
}

const WORDS = { proven: 'proven', counterexample: 'counterexample', 'not-decided': 'not decided' } as const;
const COLORS = { proven: 'green', counterexample: 'red', 'not-decided': 'yellow' } as const;

/** The summary for the terminal. */
export function renderProofs(report: ProofReport, style: Style): string {
  const { results, chip, seconds, tools } = report;
  const rows = results.map((one) => [
    one.name,
    one.size,
    methodInWords(one.method),
    String(one.properties.length),
    one.engine ?? '',
    significant(one.seconds, 3),
    one.cpuSeconds === null ? '' : significant(one.cpuSeconds, 3),
    one.peakMiB === null ? '' : significant(one.peakMiB, 3),
    style(COLORS[one.status], WORDS[one.status]),
  ]);
  const proven = results.filter(({ status }) => status === 'proven');
  const mark = proven.length === results.length ? style('green', '✓') : style('red', '✗');
  return [
    style('bold', 'Proofs of the macro'),
    renderFields(
      [
        ['chip', chip],
        ['tools', Object.values(tools).join(', ')],
        ['time', `${significant(seconds, 3)} s`],
      ],
      style,
    ),
    '',
    renderTable(COLUMNS, rows, { style }),
    '',
    `  ${mark} ${proven.length} of ${results.length} proven`,
  ].join('\n');
}

/**
 * Nothing when all is proven.
 *
 * @throws TallyError `property-fails` with clock, signals and waveform, `proof-not-decided`, one for each job
 */
export function failUnproven({ results, limitSeconds }: ProofReport): void {
  throwIfAny(results.flatMap((result) => issueOf(result, limitSeconds)));
}

function issueOf(result: JobResult, limitSeconds: number): Issue[] {
  const { name, status, claim, counterexample, attempts } = result;
  switch (status) {
    case 'proven':
      return [];
    case 'counterexample':
      return [
        {
          code: 'property-fails',
          path: name,
          message: `does not hold: ${claim}; ${counterexample === null ? '' : inWords(counterexample)}`,
          remedy: `look at the last clock of ${counterexample?.vcd ?? ''}`,
        },
      ];
    case 'not-decided': {
      const inductive = attempts.some(
        ({ verdict }) => verdict.kind === 'undecided' && verdict.why === 'not-inductive',
      );
      return [
        {
          code: 'proof-not-decided',
          path: name,
          message: inductive
            ? 'the step of the induction fails, and no run from reset does'
            : `no engine (${attempts.map(({ engine }) => engine).join(', ')}) decides it in ${limitSeconds} s`,
          remedy: 'give it more time (--limit), or a smaller macro (--entries, --free)',
        },
      ];
    }
    default:
      return status satisfies never;
  }
}

function inWords({ properties, clock, signals }: Counterexample): string {
  const which = properties.length === 0 ? 'an assertion fails' : `${properties.join(', ')} fails`;
  const when = clock === null ? '' : ` on clock ${clock}`;
  const shown = signals.slice(0, 8).map(({ signal, value }) => `${signal} = ${value}`);
  return `${which}${when}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}`;
}
