import * as Plot from '@observablehq/plot';
import { WIDE_CHART_WIDTH } from '../../../html/chart.ts';
import { ACCENT, QUIET } from '../../../html/palette.ts';
import { marginFor, rounded } from '../../../html/scale.ts';
import { significant } from '../../../terminal/number.ts';
import { figureName, modeName, scaleOf } from '../../../terminal/uncertainty.ts';
import { sentence } from '../names.ts';
import { steps } from './log-axis.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';

/** How far the figures of this mapping may lie, over the spreads of table and system. */
export const intervals: MappingChartBuilder = ({ report: { uncertainty } }) => {
  if (uncertainty === null || uncertainty.figures.length === 0) return null;
  const rows = uncertainty.figures.map((one) => {
    const { interval, sampled } = one;
    const { factor, unit } = scaleOf(one);
    const share = (value: number): number => value / interval.typical;
    return {
      name: `${figureName(one)}, ${modeName(one)}`,
      low: share(interval.low),
      p5: share(sampled.p5),
      median: share(sampled.p50),
      p95: share(sampled.p95),
      high: share(interval.high),
      text: `${significant(interval.typical / factor, 3)} ${unit}`,
      between: `${significant(sampled.p5 / factor, 3)} to ${significant(sampled.p95 / factor, 3)} ${unit}`,
    };
  });
  type Row = (typeof rows)[number];
  const names = rows.map(({ name }) => name);
  const domain = [
    Math.min(0.9, ...rows.map(({ low }) => low)),
    Math.max(1.1, ...rows.map(({ high }) => high)),
  ] as const;
  const [energy] = uncertainty.figures;
  const matters = energy.sensitivities.map(({ path }) => path);
  return {
    id: 'intervals',
    title: 'Spread of every figure',
    caption:
      `As multiples of the typical value: ${figureName(energy)} is ${rows[0].text} and, in nine of ten samples, ${rows[0].between}.` +
      (matters.length === 0
        ? ''
        : ` ${sentence(figureName(energy))} depends most on ${matters.join(', then ')}.`) +
      ' The mapping is kept as it is; at other prices another may be the best.',
    legend: [
      { name: '5 to 95 % of samples', color: ACCENT },
      { name: 'exact interval', color: QUIET },
    ],
    wide: true,
    plot: {
      width: WIDE_CHART_WIDTH,
      height: 72 + 26 * rows.length,
      marginLeft: marginFor(names),
      marginRight: 110,
      marginTop: 30,
      x: {
        type: 'log',
        label: 'multiple of the typical value',
        grid: true,
        domain: [...domain],
        ticks: [...steps(domain, [1, 2, 5])],
        tickFormat: (value: number) => `${significant(value, 1)}×`,
      },
      y: { label: null, tickSize: 0, domain: names },
      marks: [
        Plot.barX(rows, {
          y: 'name',
          x1: 'low',
          x2: 'high',
          fill: QUIET,
          insetTop: 9,
          insetBottom: 9,
          rx: 2,
        }),
        Plot.barX(rows, {
          y: 'name',
          x1: 'p5',
          x2: 'p95',
          fill: ACCENT,
          insetTop: 6,
          insetBottom: 6,
          rx: 2,
          title: ({ name, between }: Row) => `${name}: ${between}`,
        }),
        Plot.tickX(rows, {
          y: 'name',
          x: 'median',
          stroke: 'var(--card)',
          strokeWidth: 2,
          insetTop: 6,
          insetBottom: 6,
        }),
        Plot.ruleX([1], { stroke: 'currentColor' }),
        Plot.dot(rows, { y: 'name', x: 1, r: 4, fill: 'currentColor' }),
        Plot.text(['typical'], {
          frameAnchor: 'top-right',
          textAnchor: 'end',
          dx: 104,
          dy: -16,
          fontWeight: 600,
        }),
        Plot.text(rows, { y: 'name', text: 'text', frameAnchor: 'right', textAnchor: 'end', dx: 104 }),
      ],
    },
    data: {
      columns: ['figure, residual', 'lowest', '5 %', 'median', '95 %', 'highest', 'typical'],
      rows: rows.map(({ name, low, p5, median, p95, high, text }) => [
        name,
        ...[low, p5, median, p95, high].map((value) => rounded(value)),
        text,
      ]),
    },
  };
};
