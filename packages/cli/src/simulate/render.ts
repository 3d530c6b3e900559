import type { MacroActivity } from '@tally/core';
import { grouped, percent, significant } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable, type Column } from '../terminal/table.ts';
import { energyTable } from './render-energy.ts';
import type { SimulationReport } from './report.ts';

const layerColumns: readonly Column[] = [
  { heading: 'layer', align: 'left' },
  { heading: 'hands out', align: 'left' },
  { heading: 'steps', align: 'right' },
  { heading: 'windows', align: 'right' },
  { heading: 'cycles', align: 'right' },
  { heading: 'predicted', align: 'right' },
  { heading: 'matches', align: 'right' },
  { heading: 'skipped', unit: '%', align: 'right' },
];

function shareSkipped({ pairs, nonzeroPairs }: MacroActivity): string {
  return pairs === 0 ? '–' : ((100 * (pairs - nonzeroPairs)) / pairs).toFixed(1);
}

function layerTable(report: SimulationReport, style: Style): string {
  const rows = report.layers.map((layer) => [
    layer.id,
    layer.thresholds === null ? 'sums' : 'codes',
    grouped(layer.steps),
    grouped(layer.windows),
    grouped(layer.cycles),
    grouped(layer.predictedCycles),
    grouped(layer.activity.matches),
    shareSkipped(layer.activity),
  ]);
  const { activity } = report;
  const total = [
    'all',
    '',
    grouped(activity.steps),
    grouped(activity.windows),
    grouped(report.cycles),
    grouped(report.predictedCycles),
    grouped(activity.matches),
    shareSkipped(activity),
  ];
  return renderTable(layerColumns, [...rows, total], { title: 'Layers, this image', totals: 1, style });
}

function activityTable({ activity }: SimulationReport, style: Style): string {
  const { cycles, toggles } = activity;
  const rows: readonly (readonly [string, number])[] = [
    ['keys searched', activity.searches],
    ['entry bits compared', activity.searchedBits],
    ['matches', activity.matches],
    ['comparisons that no key can match', activity.skippedSearches],
    ['class multiplications', activity.classMultiplications],
    ['accumulations', activity.accumulations],
    ['thresholds compared in the macro', activity.thresholdComparisons],
    ['weight rows loaded', activity.weightLoads],
    ['activation rows loaded', activity.activationLoads],
    ['toggles: search lines', toggles.searchLines],
    ['toggles: match lines', toggles.matchLines],
    ['toggles: counters', toggles.counters],
    ['toggles: product', toggles.product],
    ['toggles: vector sum', toggles.vectorSum],
    ['cycles: searching', cycles.searching],
    ['cycles: rescale slots', cycles.rescale],
    ['cycles: window overhead', cycles.overhead],
    ['cycles: filling and draining', cycles.fill + cycles.drain],
    ['cycles: idle or stalled', cycles.idle + cycles.stalled],
  ];
  return renderTable(
    [
      { heading: 'activity', align: 'left' },
      { heading: 'count', align: 'right' },
    ],
    rows.map(([name, count]) => [name, grouped(count)]),
    { title: 'What the macro did', style },
  );
}

/** A simulation as text: what was run, cycles by layer beside the model's, activity, energy. */
export function renderSimulation(report: SimulationReport, style: Style): string {
  const deviation = report.cycles / report.predictedCycles - 1;
  return [
    style('bold', `${report.network.name} on ${report.chip}, clock by clock`),
    renderFields(
      [
        ['network', `${report.network.hash.slice(0, 16)}…`],
        [
          'operating point',
          `${significant(report.operatingPoint.voltageV)} V, ${significant(report.operatingPoint.clockMHz)} MHz`,
        ],
        ['technology', report.tech],
        ['dataflow', report.dataflow],
        ['engine', report.engine],
        ['image', `${report.image} of ${report.dataset}`],
        [
          'class',
          `${report.class}${report.label === null ? '' : ` (label ${report.label})`}; outputs equal the integer executor's`,
        ],
        [
          'cycles',
          `${grouped(report.cycles)}; the model predicts ${grouped(report.predictedCycles)}${
            deviation === 0 ? ', exactly' : `, off by ${percent(deviation, 4)}`
          }`,
        ],
      ],
      style,
    ),
    layerTable(report, style),
    activityTable(report, style),
    energyTable(report, style),
  ].join('\n\n');
}
