import { fail } from '@tally/core';
import { grouped, si } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable, type Column } from '../terminal/table.ts';
import type { AgreedSegment, Cosimulation, Disagreement } from './cosimulate.ts';

/** What a co-simulation was of. */
export interface CosimulationSubject {
  readonly chip: string;
  /** The network's name; null: random layers. */
  readonly network: string | null;
  readonly image: number | null;
  readonly seed: number | null;
  /** `core`: every register of tally_core; `axi`: through the streams of tally_top. */
  readonly through: 'core' | 'axi';
  /** Values compared on every clock, and their bits. */
  readonly signals: number;
  readonly bits: number;
}

/** The document that `--json` writes. */
export interface CosimulationReport extends CosimulationSubject {
  readonly kind: 'tally-cosimulation';
  readonly formatVersion: 1;
  readonly version: string;
  readonly clocks: number;
  readonly seconds: number;
  readonly segments: readonly AgreedSegment[];
  readonly disagreement: Disagreement | null;
}

export function cosimulationReport(
  subject: CosimulationSubject,
  { agreed, disagreement, clocks, seconds }: Cosimulation,
  version: string,
): CosimulationReport {
  return {
    kind: 'tally-cosimulation',
    formatVersion: 1,
    version,
    ...subject,
    clocks,
    seconds,
    segments: agreed,
    disagreement,
  };
}

const COLUMNS: readonly Column[] = [
  { heading: 'segment', align: 'left' },
  { heading: 'clocks', align: 'right' },
  { heading: 'values compared', align: 'right' },
  { heading: 'differences', align: 'right' },
];

/** Rows shown before the rest is summed up. */
const MOST_ROWS = 30;

/** The summary for the terminal. */
export function renderCosimulation(report: CosimulationReport, style: Style): string {
  const { segments, disagreement, clocks, seconds, signals } = report;
  const row = (name: string, count: number): readonly string[] => [
    name,
    grouped(count),
    grouped(count * signals),
    '0',
  ];
  const shown = segments.length <= MOST_ROWS ? segments : [];
  const rows = shown.map(({ segment, clocks: count }) => row(segment, count));
  const total = row(`${grouped(segments.length)} segments`, clocks);
  const facts: (readonly [string, string])[] = [
    ['chip', report.chip],
    [
      'work',
      report.network === null
        ? `random layers, seed ${report.seed}`
        : `${report.network}, image ${report.image}`,
    ],
    [
      'compared',
      `${signals} values of ${grouped(report.bits)} bits on every clock${report.through === 'axi' ? ' inside tally_top, every result of its streams' : ''}`,
    ],
    ['speed', si(seconds === 0 ? 0 : clocks / seconds, 'clocks/s')],
  ];
  const lines = [
    style('bold', 'Co-simulation: circuit and simulator'),
    renderFields(facts, style),
    '',
    renderTable(COLUMNS, [...rows, total], { totals: 1, style }),
    '',
  ];
  lines.push(
    disagreement === null
      ? `  ${style('green', '✓')} no difference`
      : `  ${style('red', '✗')} ${disagreement.segment} differs`,
  );
  return lines.join('\n');
}

/**
 * Nothing when circuit and simulator agreed.
 *
 * @throws TallyError `circuit-differs` with segment, clock, signal, expected, got and where the waveforms are
 */
export function failDisagreement({ chip, disagreement }: CosimulationReport): void {
  if (disagreement === null) return;
  const { segment, message, vcd } = disagreement;
  fail(
    'circuit-differs',
    `${chip}: ${segment}: clock ${message.clock}`,
    describe(message),
    `look at clocks ${vcd.from} to ${vcd.to} in ${vcd.circuit} (circuit) and ${vcd.simulator} (simulator)`,
  );
}

/** A disagreement in words: which signal, expected, got. */
export function describe(message: Disagreement['message']): string {
  switch (message.kind) {
    case 'difference': {
      const [first, ...rest] = message.signals;
      const more = rest.length === 0 ? '' : `; ${rest.length} more differ: ${names(rest)}`;
      return `${first.signal} is ${first.got} in the circuit, expected ${first.expected}${more}`;
    }
    case 'leftover':
      return `left over at the end: ${message.what.join('; ')}`;
    case 'truncated':
      return 'the stimulus ended in the middle of a segment';
    default:
      return message satisfies never;
  }
}

function names(signals: readonly { readonly signal: string }[]): string {
  const shown = signals.slice(0, 8).map(({ signal }) => signal);
  return `${shown.join(', ')}${signals.length > 8 ? ', …' : ''}`;
}
