import { showLabel } from '../terminal/labels.ts';
import { grouped, percent, si, significant } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable, type Column } from '../terminal/table.ts';
import type { SynthesisReport } from './report.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'module', align: 'left' },
  { heading: 'instances', align: 'right' },
  { heading: 'cells', align: 'right' },
  { heading: 'flip-flops', align: 'right' },
  { heading: 'area', unit: 'um2', align: 'right' },
  { heading: '', unit: 'share', align: 'right' },
  { heading: 'power', unit: 'mW', align: 'right' },
];

/** The report on a terminal. */
export function renderSynthesis(report: SynthesisReport, style: Style): string {
  const { library, timing, power, openStaPower, workload, check, areaUm2 } = report;
  const milliwatts = (watts: number): string => significant(watts * 1000);
  const rows = report.modules.map((one) => [
    one.module,
    grouped(one.instances),
    grouped(one.cells),
    grouped(one.flipFlops),
    grouped(Math.round(one.areaUm2)),
    percent(one.areaUm2 / areaUm2),
    milliwatts(one.power.totalW),
  ]);
  rows.push([
    'all',
    '',
    grouped(report.cells),
    grouped(report.flipFlops),
    grouped(Math.round(areaUm2)),
    percent(1),
    milliwatts(power.totalW),
  ]);
  const temperature = library.temperatureC === null ? '' : `, ${library.temperatureC} °C`;
  const met = timing.slackNs >= 0 ? 'met' : 'violated';
  const gates =
    check.gateLevel === null
      ? ''
      : `; ${grouped(check.gateLevel.clocks)} on the library's Verilog cells from ${check.gateLevel.start} flip-flops`;
  const tools = report.tools.map(
    ({ tool, seconds, peakMiB }) =>
      [
        tool,
        `${significant(seconds, 3)} s${peakMiB === null ? '' : `, ${significant(peakMiB, 3)} MiB`}`,
      ] as const,
  );
  const fields: readonly (readonly [string, string])[] = [
    ['library', `${library.name}, ${library.voltageV} V${temperature}`],
    ['clock', `${significant(report.clockMHz)} MHz`],
    [
      'longest path',
      `${significant(timing.periodNs - timing.slackNs)} ns with set-up, slack ${significant(timing.slackNs)} ns (${met}): ${significant(timing.fastestMHz)} MHz at most`,
    ],
    ['', `${timing.startpoint} to ${timing.endpoint}`],
    [
      'power',
      `${si(power.totalW, 'W')}: clock pins ${si(power.clockW, 'W')}, inside cells ${si(power.internalW, 'W')}, loads ${si(power.switchingW, 'W')}, leakage ${si(power.leakageW, 'W')}`,
    ],
    [
      'workload',
      `${workload.name}, ${grouped(workload.clocks)} clocks, ${significant(workload.togglesPerClock)} transitions a clock`,
    ],
    [
      "OpenSTA's power",
      `${si(openStaPower.totalW, 'W')}; its 2019 version counts energy inside cells twice or more`,
    ],
    ['vectors', `${grouped(check.clocks)} clocks equal to the simulator${gates}`],
    ...tools,
  ];
  return [
    renderTable(COLUMNS, rows, {
      title: `${report.chip}, ${report.entries} entries, synthesised`,
      totals: 1,
      style,
    }),
    '',
    renderFields(fields, style),
    '',
    `  label of every figure: ${showLabel('synthesised', style)}. Cells of the arrays are flip-flops and gates here, far larger than the chip's`,
    '  hard CAM cells; no wires, no clock tree, no glitches.',
  ].join('\n');
}
