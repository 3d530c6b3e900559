import type { FigureUncertainty, UncertaintyReport } from '@tally/core';
import { significant, unitFor, type ScaledUnit } from './number.ts';
import { wrap } from './reproduction.ts';
import type { Style } from './style.ts';
import { renderTable, type Column } from './table.ts';
import { showUnit } from './unit.ts';

const NAMES: Readonly<Record<string, string>> = {
  'energy.totalPj': 'energy (macro)',
  topsPerWatt: 'efficiency (macro)',
  memoryEnergyPj: 'memory energy',
  areaMm2: 'area',
  'total.energy.totalPj': 'energy (system)',
  'total.topsPerWatt': 'efficiency (system)',
  'total.edpJs': 'energy × time',
  'areaMm2.total': 'area',
};

const columns: readonly Column[] = [
  { heading: 'figure', align: 'left' },
  { heading: 'residual', align: 'left' },
  { heading: 'unit', align: 'left' },
  { heading: 'lowest', align: 'right' },
  { heading: '5 %', align: 'right' },
  { heading: 'median', align: 'right' },
  { heading: '95 %', align: 'right' },
  { heading: 'highest', align: 'right' },
  { heading: 'typical', align: 'right' },
];

/**
 * Intervals of a report's figures, and the inputs that matter most; nothing where the table states no spreads.
 *
 * @param per what the figures are of: an image, a batch
 */
export function renderUncertainty(report: UncertaintyReport | null, style: Style, per = 'image'): string {
  if (report === null) return '';
  const rows = report.figures.map((one) => {
    const { factor, unit } = scaleOf(one);
    const { interval, sampled } = one;
    return [
      figureName(one),
      modeName(one),
      unit,
      ...[interval.low, sampled.p5, sampled.p50, sampled.p95, interval.high, interval.typical].map((value) =>
        significant(value / factor),
      ),
    ];
  });
  const how =
    `Lowest and highest are exact over the spreads of ${report.inputs.length} entries; percentiles are of ` +
    `${report.samples} ${report.distribution} samples, seed ${report.seed}. ` +
    'Fitted again: the residual moves so that the published figure it was fitted to always comes out.';
  const matters = report.figures
    .filter(({ interval, sensitivities }) => sensitivities.length > 0 && interval.high > interval.low)
    .map(
      (one) =>
        `  ${figureName(one)}, ${modeName(one)}: ` +
        one.sensitivities.map(({ path, swing }) => `${path} (${swingText(one, swing)})`).join(', '),
    );
  return [
    renderTable(columns, rows, { title: `How far the figures may lie, per ${per}`, style }),
    `  ${style('dim', wrap(how, 2, 110))}`,
    ...(matters.length === 0
      ? []
      : [`  ${style('dim', 'What matters most, from its low to its high end:')}`]),
    ...matters.map((line) => wrap(line.trim(), 4, 110)).map((line) => `    ${line}`),
  ].join('\n');
}

/** What a figure is called in tables. */
export function figureName({ figure }: FigureUncertainty): string {
  return NAMES[figure] ?? figure;
}

/** What happens to the residual of a figure. */
export function modeName({ mode }: FigureUncertainty): string {
  return mode === 'table' ? 'as in the table' : 'fitted again';
}

/** Joules and joule seconds with the prefix that suits the typical value; other units as they are. */
export function scaleOf({ unit, interval }: FigureUncertainty): ScaledUnit {
  if (unit !== 'pJ' && unit !== 'Js') return { factor: 1, unit: showUnit(unit) };
  const base = unit === 'pJ' ? 1e-12 : 1;
  const scaled = unitFor(interval.typical * base, unit === 'pJ' ? 'J' : 'Js');
  return { factor: scaled.factor / base, unit: scaled.unit };
}

/** A swing as a share of the typical value. */
export function swingText({ interval }: FigureUncertainty, swing: number): string {
  return `${((100 * swing) / interval.typical).toFixed(1)} %`;
}
