import * as Plot from '@observablehq/plot';
import { percent } from '../../terminal/number.ts';
import { CHART_WIDTH, type ChartBuilder } from '../chart.ts';
import { seriesColor } from '../palette.ts';
import { marginFor, rounded, unitFor } from '../scale.ts';

/** Matches of each counting class per image, positive to the right and negative to the left. */
export const classMatches: ChartBuilder = (report) => {
  const sums = new Map<string, { positive: number; negative: number; value: number }>();
  for (const layer of report.layers) {
    for (const { name, value, positive, negative } of layer.classMatches) {
      const sum = sums.get(name) ?? { positive: 0, negative: 0, value };
      sums.set(name, { value, positive: sum.positive + positive, negative: sum.negative + negative });
    }
  }
  const images = Math.max(1, report.images);
  const classes = [...sums].map(([name, sum]) => ({
    name,
    positive: sum.positive / images,
    negative: sum.negative / images,
  }));
  const names = classes.map(({ name }) => name);
  const { factor, unit } = unitFor(
    Math.max(1, ...classes.map(({ positive, negative }) => Math.max(positive, negative))),
    '',
  );
  const all = classes.reduce((sum, { positive, negative }) => sum + positive + negative, 0);
  const top = [...classes].sort((a, b) => b.positive + b.negative - a.positive - a.negative).at(0);
  const colors = [seriesColor(0), seriesColor(1)] as const;
  const axis = `matches per image${unit === '' ? '' : ` (${unit})`}`;
  return {
    id: 'class-matches',
    title: 'Matches by counting class',
    caption:
      top === undefined || all === 0
        ? 'The scheme of this chip has no counting classes.'
        : `What the match lines counted, by class. ${top.name} matches most: ${percent((top.positive + top.negative) / all, 0)} of all matches. A class is multiplied once, after its count.`,
    legend: [
      { name: 'negative weight', color: colors[1] },
      { name: 'positive weight', color: colors[0] },
    ],
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 24 * Math.max(1, names.length),
      marginLeft: marginFor(names),
      x: { label: axis, grid: true, nice: true, tickFormat: (value: number) => String(Math.abs(value)) },
      y: { label: null, tickSize: 0, domain: names },
      marks: [
        Plot.barX(classes, {
          x: (row: ClassRow) => row.positive / factor,
          y: 'name',
          fill: colors[0],
          insetTop: 2,
          insetBottom: 2,
        }),
        Plot.barX(classes, {
          x: (row: ClassRow) => -row.negative / factor,
          y: 'name',
          fill: colors[1],
          insetTop: 2,
          insetBottom: 2,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['class', `positive (${axis})`, `negative (${axis})`],
      rows: classes.map(({ name, positive, negative }) => [
        name,
        rounded(positive / factor),
        rounded(negative / factor),
      ]),
    },
  };
};

interface ClassRow {
  readonly name: string;
  readonly positive: number;
  readonly negative: number;
}
