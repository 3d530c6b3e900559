import * as Plot from '@observablehq/plot';
import type { LayerReport } from '@tally/core';
import { percent, significant } from '../../terminal/number.ts';
import { CHART_WIDTH, type ChartBuilder } from '../chart.ts';
import { ACCENT } from '../palette.ts';
import { marginFor, rounded, unitFor } from '../scale.ts';

/** Clock cycles per image by layer, with the use of the entries beside. */
export const cyclesByLayer: ChartBuilder = (report) => {
  const names = report.layers.map(({ id }) => id);
  const { factor, unit } = unitFor(Math.max(1, ...report.layers.map(({ cycles }) => cycles)), '');
  const axis = `cycles per image${unit === '' ? '' : ` (${unit})`}`;
  const longest = [...report.layers].sort((a, b) => b.cycles - a.cycles).at(0);
  const time = unitFor(report.total.timeNs * 1e-9, 's');
  return {
    id: 'cycles-by-layer',
    title: 'Cycles by layer',
    caption:
      longest === undefined
        ? 'The network has no layer that multiplies.'
        : `One macro needs ${significant((report.total.timeNs * 1e-9) / time.factor)} ${time.unit} per image; ${percent(longest.cycles / report.total.cycles, 0)} of the cycles go to ${longest.id}. Beside each bar: how many of the ${report.chip.entries} entries carry work.`,
    legend: [],
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 24 * names.length,
      marginLeft: marginFor(names),
      marginRight: 84,
      x: { label: axis, grid: true, nice: true },
      y: { label: null, tickSize: 0, domain: names },
      marks: [
        Plot.barX(report.layers, {
          x: ({ cycles }: LayerReport) => cycles / factor,
          y: 'id',
          fill: ACCENT,
          insetTop: 3,
          insetBottom: 3,
          rx: 2,
        }),
        Plot.text(report.layers, {
          x: ({ cycles }: LayerReport) => cycles / factor,
          y: 'id',
          text: ({ utilisation }: LayerReport) => `${percent(utilisation, 0)} used`,
          textAnchor: 'start',
          dx: 6,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['layer', axis, 'entries used (%)', 'OPs per cycle'],
      rows: report.layers.map(({ id, cycles, utilisation, opsPerCycle }) => [
        id,
        rounded(cycles / factor),
        rounded(100 * utilisation, 3),
        rounded(opsPerCycle),
      ]),
    },
  };
};
