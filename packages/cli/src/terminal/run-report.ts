import type { Figures, RunReport } from '@tally/core';
import { labelOf } from './figure-label.ts';
import { showLabel } from './labels.ts';
import { grouped, percent, si, significant } from './number.ts';
import { wrap } from './reproduction.ts';
import type { Style } from './style.ts';
import { renderSimulated } from './simulated.ts';
import { renderFields, renderTable, type Column } from './table.ts';
import { renderUncertainty } from './uncertainty.ts';

/** The whole report as text: what was run, headline figures with labels, layers, energy, schemes, dataflows, notes. */
export function renderRunReport(report: RunReport, style: Style): string {
  return [
    head(report, style),
    headline(report, style),
    layers(report, style),
    energy(report, style),
    renderSimulated(report.simulated, style),
    renderUncertainty(report.uncertainty, style),
    schemes(report, style),
    dataflows(report, style),
    host(report, style),
    notes(report, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function head(report: RunReport, style: Style): string {
  const { voltageV, clockMHz } = report.operatingPoint;
  const label = labelOf(report, 'operatingPoint');
  const origin = label === null ? '' : `  ${showLabel(label, style)}`;
  return [
    style('bold', `${report.network.name} on ${report.chip.name}`),
    '',
    renderFields(
      [
        ['network', `${report.network.hash.slice(0, 16)}…`],
        ['images', `${grouped(report.images)} of ${report.dataset.name}`],
        ['scheme', `${report.chip.scheme}, ${report.chip.entries} entries`],
        ['operating point', `${significant(voltageV)} V, ${significant(clockMHz)} MHz${origin}`],
        ['technology', `${report.tech.name}, ${report.tech.nodeNm} nm`],
      ],
      style,
    ),
  ].join('\n');
}

function headline(report: RunReport, style: Style): string {
  const { total } = report;
  const label = (figure: string): string => {
    const found = labelOf(report, figure);
    return found === null ? '' : showLabel(found, style);
  };
  const rows: readonly (readonly [string, string, string])[] = [
    ['top-1 accuracy', report.top1 === null ? '–' : percent(report.top1, 2), label('top1')],
    [
      'multiplications per image',
      `${grouped(Math.round(total.multiplications))} instead of ${grouped(Math.round(total.multiplications * total.reduction))}, ${significant(total.reduction, 3)}× fewer`,
      label('multiplications'),
    ],
    ['MACs per image', grouped(total.macs), label('macs')],
    ['pairs that never match', percent(total.pairSparsity), label('pairSparsity')],
    ['cycles per image', grouped(Math.round(total.cycles)), label('cycles')],
    ['time per image', si(total.timeNs * 1e-9, 's'), label('timeNs')],
    [
      'throughput',
      `${significant(total.gops)} GOPS, ${significant(total.opsPerCycle)} OPs per cycle`,
      label('gops'),
    ],
    ['energy per image (macro)', si(total.energy.totalPj * 1e-12, 'J'), label('energy.totalPj')],
    ['efficiency (macro)', `${significant(total.topsPerWatt)} TOPS/W`, label('topsPerWatt')],
  ];
  return renderTable(
    [
      { heading: 'per image', align: 'left' },
      { heading: '', align: 'left' },
      { heading: 'label', align: 'left' },
    ],
    rows,
    { style },
  );
}

const layerColumns: readonly Column[] = [
  { heading: 'layer', align: 'left' },
  { heading: 'output', align: 'left' },
  { heading: 'W', unit: 'bit', align: 'right' },
  { heading: 'A', unit: 'bit', align: 'right' },
  { heading: 'passes', align: 'right' },
  { heading: 'MACs', unit: 'k', align: 'right' },
  { heading: 'mult.', unit: 'k', align: 'right' },
  { heading: 'fewer', unit: '×', align: 'right' },
  { heading: 'used', unit: '%', align: 'right' },
  { heading: 'skipped', unit: '%', align: 'right' },
  { heading: 'cycles', unit: 'k', align: 'right' },
  { heading: 'time', unit: 'µs', align: 'right' },
  { heading: 'energy', unit: 'nJ', align: 'right' },
  { heading: 'eff.', unit: 'TOPS/W', align: 'right' },
];

function layers(report: RunReport, style: Style): string {
  const cells = (figures: Figures): string[] => [
    (figures.macs / 1e3).toFixed(1),
    (figures.multiplications / 1e3).toFixed(1),
    figures.reduction.toFixed(2),
    (100 * figures.utilisation).toFixed(1),
    (100 * figures.pairSparsity).toFixed(1),
    (figures.cycles / 1e3).toFixed(1),
    (figures.timeNs / 1e3).toFixed(1),
    (figures.energy.totalPj / 1e3).toFixed(1),
    figures.topsPerWatt.toFixed(2),
  ];
  const rows = report.layers.map((layer) => [
    layer.id,
    layer.outputShape.join('×'),
    String(layer.weightFormat.bits),
    String(layer.activationFormat.bits),
    String(layer.digits.passes),
    ...cells(layer),
  ]);
  return renderTable(layerColumns, [...rows, ['all layers', '', '', '', '', ...cells(report.total)]], {
    title: 'Layers, per image',
    totals: 1,
    style,
  });
}

function energy(report: RunReport, style: Style): string {
  const { byComponentPj, totalPj } = report.total.energy;
  const rows = Object.entries(byComponentPj)
    .sort(([, a], [, b]) => b - a)
    .map(([name, energyPj]) => [
      name,
      (energyPj / 1e3).toFixed(2),
      totalPj > 0 ? ((100 * energyPj) / totalPj).toFixed(1) : '–',
      style('blue', bar(energyPj / totalPj, 24)),
    ]);
  return renderTable(
    [
      { heading: 'component', align: 'left' },
      { heading: 'energy', unit: 'nJ', align: 'right' },
      { heading: 'share', unit: '%', align: 'right' },
      { heading: '', align: 'left' },
    ],
    [...rows, ['macro', (totalPj / 1e3).toFixed(2), '100.0', '']],
    { title: 'Energy by component, per image', totals: 1, style },
  );
}

function schemes(report: RunReport, style: Style): string {
  const rows = [...report.total.schemes]
    .sort((a, b) => b.multiplications - a.multiplications)
    .map(({ scheme, title, searches, multiplications, reduction, matches }) => [
      scheme === report.chip.scheme ? style('bold', title) : title,
      (searches / 1e3).toFixed(1),
      (multiplications / 1e3).toFixed(1),
      reduction.toFixed(2),
      grouped(matches),
    ]);
  return renderTable(
    [
      { heading: 'counting scheme', align: 'left' },
      { heading: 'searches', unit: 'k', align: 'right' },
      { heading: 'mult.', unit: 'k', align: 'right' },
      { heading: 'fewer', unit: '×', align: 'right' },
      { heading: 'matches', unit: 'all images', align: 'right' },
    ],
    rows,
    { title: 'Counting schemes on the same work, per image', style },
  );
}

function dataflows(report: RunReport, style: Style): string {
  const kilobits = (bits: number): string => (bits / 1e3).toFixed(0);
  return renderTable(
    [
      { heading: 'dataflow', align: 'left' },
      { heading: 'weights', unit: 'kbit', align: 'right' },
      { heading: 'activations', unit: 'kbit', align: 'right' },
      { heading: 'partial sums', unit: 'kbit', align: 'right' },
      { heading: 'all', unit: 'kbit', align: 'right' },
      { heading: 'memory energy', unit: 'nJ', align: 'right' },
    ],
    report.total.dataflows.map(
      ({ dataflow, weights, activations, partialSums, memoryBits, memoryEnergyPj }) => [
        dataflow,
        kilobits(weights.memoryBits),
        kilobits(activations.memoryBits),
        kilobits(partialSums.memoryBits),
        kilobits(memoryBits),
        (memoryEnergyPj / 1e3).toFixed(1),
      ],
    ),
    { title: 'Traffic between memory and macro, per image (outside the macro energy)', style },
  );
}

/** Work beside the macro; nothing where the network is layers alone. */
function host(report: RunReport, style: Style): string {
  const { byKind, total, chargedComparisons } = report.host;
  if (byKind.length === 0) return '';
  const cells = (operations: RunReport['host']['total']): string[] =>
    [
      operations.comparisons,
      operations.additions,
      operations.multiplications,
      operations.poolings,
      operations.moves,
    ].map((count) => (count / 1e3).toFixed(1));
  const table = renderTable(
    [
      { heading: 'node', align: 'left' },
      { heading: 'nodes', align: 'right' },
      { heading: 'comparisons', unit: 'k', align: 'right' },
      { heading: 'additions', unit: 'k', align: 'right' },
      { heading: 'mult.', unit: 'k', align: 'right' },
      { heading: 'pooling', unit: 'k', align: 'right' },
      { heading: 'moves', unit: 'k', align: 'right' },
    ],
    [
      ...byKind.map(({ kind, nodes, ...operations }) => [kind, String(nodes), ...cells(operations)]),
      ['all', String(byKind.reduce((sum, { nodes }) => sum + nodes, 0)), ...cells(total)],
    ],
    { title: 'Beside the macro, operations per image', totals: 1, style },
  );
  const priced = `Not part of cycles or energy, but for ${(chargedComparisons / 1e3).toFixed(1)} k threshold comparisons that are charged to layers.`;
  return `${table}\n  ${wrap(priced, 2, 110)}`;
}

function notes(report: RunReport, style: Style): string {
  if (report.notes.length === 0) return '';
  return [style('bold', 'To know'), ...report.notes.map((note) => `  • ${wrap(note, 4, 110)}`)].join('\n');
}

function bar(fraction: number, width: number): string {
  return '█'.repeat(Math.max(0, Math.round(width * (Number.isFinite(fraction) ? fraction : 0))));
}
