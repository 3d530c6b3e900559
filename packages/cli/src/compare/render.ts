import type {
  ChipComparison,
  ComparedMethod,
  ComparisonLevel,
  ComparisonReport,
  Normalisation,
} from '@tally/core';
import { showLabel } from '../terminal/labels.ts';
import { grouped, signedPercent, significant } from '../terminal/number.ts';
import { wrap } from '../terminal/reproduction.ts';
import type { Style } from '../terminal/style.ts';
import { renderTable, type Column } from '../terminal/table.ts';

const columns: readonly Column[] = [
  { heading: 'method', align: 'left' },
  { heading: 'node', unit: 'nm', align: 'right' },
  { heading: 'supply', unit: 'V', align: 'right' },
  { heading: 'operations', align: 'left' },
  { heading: 'OP/cycle', align: 'right' },
  { heading: 'pieces', unit: 'mm²', align: 'right' },
  { heading: 'arithmetic', unit: 'TOPS/W', align: 'right' },
  { heading: 'lowest', align: 'right' },
  { heading: 'highest', align: 'right' },
  { heading: 'per 1-bit OP', unit: 'TOPS/W', align: 'right' },
  { heading: 'macro', unit: 'TOPS/W', align: 'right' },
  { heading: '+ buffer', unit: 'TOPS/W', align: 'right' },
  { heading: '+ DRAM', unit: 'TOPS/W', align: 'right' },
  { heading: 'energy', unit: '× own', align: 'right' },
  { heading: 'lowest', align: 'right' },
  { heading: 'highest', align: 'right' },
];

function normalisationCells({ nodeNm, voltageV, operations }: Normalisation): readonly string[] {
  return [nodeNm === null ? '–' : String(nodeNm), voltageV === null ? '–' : String(voltageV), operations];
}

function methodCells(method: ComparedMethod): readonly string[] {
  const at = (level: ComparisonLevel) => method.efficiencies.find((one) => one.level === level);
  const show = (value: number | undefined): string => (value === undefined ? '–' : significant(value, 3));
  const arithmetic = at('arithmetic');
  return [
    method.method,
    ...normalisationCells(method.normalisation),
    significant(method.opsPerCycle),
    significant(method.areaMm2, 3),
    show(arithmetic?.topsPerWatt),
    show(arithmetic?.interval?.low),
    show(arithmetic?.interval?.high),
    show(arithmetic?.topsPerWatt1Bit),
    show(at('macro')?.topsPerWatt),
    show(at('buffer')?.topsPerWatt),
    show(at('dram')?.topsPerWatt),
    significant(method.energyRatio.value, 3),
    significant(method.energyRatio.low, 3),
    significant(method.energyRatio.high, 3),
  ];
}

function chipTable(
  { chip, tech, work, operatingPoint, traffic, methods }: ChipComparison,
  style: Style,
): string {
  const rows = methods.map((method) =>
    method.own ? methodCells(method).map((cell) => style('bold', cell)) : methodCells(method),
  );
  const bits = Math.round(traffic.readBits + traffic.writtenBits);
  const label = methods.at(0)?.label;
  const facts =
    `${work}; table ${tech}, ${operatingPoint.voltageV} V, ${significant(operatingPoint.clockMHz)} MHz; ` +
    `traffic of every method ${grouped(bits)} bit (${traffic.dataflow}).` +
    (label === undefined ? '' : ` Label of the arithmetic: ${showLabel(label, style)}.`);
  return [
    renderTable(columns, rows, { title: `${chip}: methods on the same work`, style }),
    `  ${wrap(facts, 2, 110)}`,
  ].join('\n');
}

function publishedTable({ published }: ComparisonReport, style: Style): string {
  return renderTable(
    [
      { heading: 'chip', align: 'left' },
      { heading: 'node', unit: 'nm', align: 'right' },
      { heading: 'supply', unit: 'V', align: 'right' },
      { heading: 'operations', align: 'left' },
      { heading: 'level', align: 'left' },
      { heading: 'published', unit: 'TOPS/W', align: 'right' },
      { heading: 'predicted', unit: 'TOPS/W', align: 'right' },
      { heading: 'error', align: 'right' },
      { heading: 'lowest', align: 'right' },
      { heading: 'highest', align: 'right' },
    ],
    published.map(({ chip, normalisation, level, topsPerWatt, predicted }) => [
      chip,
      ...normalisationCells(normalisation),
      level,
      significant(topsPerWatt),
      predicted === null ? '–' : significant(predicted.topsPerWatt),
      predicted === null ? '–' : signedPercent(predicted.residual),
      predicted === null ? '–' : significant(predicted.low),
      predicted === null ? '–' : significant(predicted.high),
    ]),
    { title: 'Published, as published; predictions have nothing fitted to them', style },
  );
}

/** A comparison as text: a table per entry-counting chip, what is published, what to know. */
export function renderComparison(report: ComparisonReport, style: Style): string {
  return [
    ...report.chips.map((chip) => chipTable(chip, style)),
    ...(report.published.length === 0 ? [] : [publishedTable(report, style)]),
    [style('bold', 'To know'), ...report.notes.map((note) => `  • ${wrap(note, 4, 110)}`)].join('\n'),
  ].join('\n\n');
}
