import type { SweepPoint, VoltageSweep } from '@tally/core';
import { showLabel } from '../terminal/labels.ts';
import { significant } from '../terminal/number.ts';
import { wrap } from '../terminal/reproduction.ts';
import type { Style } from '../terminal/style.ts';
import { renderTable, type Column } from '../terminal/table.ts';

const columns: readonly Column[] = [
  { heading: 'supply', unit: 'V', align: 'right' },
  { heading: 'clock', unit: 'MHz', align: 'right' },
  { heading: 'throughput', unit: 'GOPS', align: 'right' },
  { heading: 'energy', unit: 'fJ/OP', align: 'right' },
  { heading: 'efficiency', unit: 'TOPS/W', align: 'right' },
  { heading: 'lowest', unit: 'TOPS/W', align: 'right' },
  { heading: 'highest', unit: 'TOPS/W', align: 'right' },
  { heading: 'power', unit: 'µW', align: 'right' },
  { heading: 'point', align: 'left' },
];

function regionText({ region, operatingPoint }: SweepPoint): string {
  switch (region) {
    case 'operating-point':
      return operatingPoint ?? '';
    case 'between':
      return 'between the points';
    case 'extrapolated':
      return 'extrapolated';
    default:
      return region satisfies never;
  }
}

/** A sweep as text: the table, the published figures beside ours, labels and notes. */
export function renderSweep(sweep: VoltageSweep, style: Style): string {
  const rows = sweep.points.map((point) => {
    const { voltageV, clockMHz, gops, energyPerOpFj, topsPerWatt, topsPerWattInterval, powerUw } = point;
    const cells = [
      String(voltageV),
      ...[clockMHz, gops, energyPerOpFj, topsPerWatt].map((value) => significant(value)),
      topsPerWattInterval === null ? '–' : significant(topsPerWattInterval.low),
      topsPerWattInterval === null ? '–' : significant(topsPerWattInterval.high),
      significant(powerUw),
      regionText(point),
    ];
    return point.region === 'operating-point' ? cells.map((cell) => style('bold', cell)) : cells;
  });
  const published = sweep.published.map(({ operatingPoint, voltageV, clockMHz, gops, topsPerWatt }) => {
    const figures = [
      ...(gops === null ? [] : [`${gops} GOPS`]),
      ...(topsPerWatt === null ? [] : [`${topsPerWatt} TOPS/W`]),
    ];
    return `  published ${operatingPoint}: ${[`${voltageV} V`, `${clockMHz} MHz`, ...figures].join(', ')}`;
  });
  const { clock, throughput, energy } = sweep.labels;
  return [
    renderTable(columns, rows, { title: `${sweep.chip} over its supply, table ${sweep.tech}`, style }),
    '',
    ...published,
    `  labels: clock ${showLabel(clock, style)}, throughput ${showLabel(throughput, style)}, energy ${showLabel(energy, style)}`,
    ...(sweep.calibrated.length === 0 ? [] : [`  calibrated: ${wrap(sweep.calibrated.join(', '), 14, 110)}`]),
    '',
    style('bold', 'To know'),
    ...sweep.notes.map((note) => `  • ${wrap(note, 4, 110)}`),
  ].join('\n');
}
