import * as Plot from '@observablehq/plot';
import { percent, significant } from '../../terminal/number.ts';
import { CHART_WIDTH, type ChartBuilder } from '../chart.ts';
import { componentsByEnergy } from '../components.ts';
import { marginFor, rounded, unitFor } from '../scale.ts';

/** Macro energy per image by component, largest first. */
export const energyByComponent: ChartBuilder = (report) => {
  const components = componentsByEnergy(report);
  const totalJ = report.total.energy.totalPj * 1e-12;
  const { factor, unit } = unitFor(Math.max(...components.map(({ energyPj }) => energyPj * 1e-12)), 'J');
  const rows = components.map(({ name, color, energyPj }) => ({
    name,
    color,
    value: (energyPj * 1e-12) / factor,
    share: totalJ > 0 ? (energyPj * 1e-12) / totalJ : 0,
  }));
  const names = rows.map(({ name }) => name);
  const first = rows.at(0);
  const total = unitFor(totalJ, 'J');
  return {
    id: 'energy-by-component',
    title: 'Energy by component',
    caption:
      first === undefined
        ? 'No component was charged.'
        : `One image costs ${significant(totalJ / total.factor)} ${total.unit} in the macro; ${first.name} takes ${percent(first.share, 0)} of it.`,
    legend: [],
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 30 * rows.length,
      marginLeft: marginFor(names),
      marginRight: 96,
      x: { label: `energy per image (${unit})`, grid: true, nice: true },
      y: { label: null, tickSize: 0, domain: names },
      marks: [
        Plot.barX(rows, { x: 'value', y: 'name', fill: 'color', insetTop: 3, insetBottom: 3, rx: 2 }),
        Plot.text(rows, {
          x: 'value',
          y: 'name',
          text: (row: (typeof rows)[number]) =>
            `${significant(row.value, 3)} ${unit} · ${row.share < 0.005 ? '< 1 %' : percent(row.share, 0)}`,
          textAnchor: 'start',
          dx: 6,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['component', `energy per image (${unit})`, 'share (%)'],
      rows: rows.map(({ name, value, share }) => [name, rounded(value), rounded(100 * share, 3)]),
    },
  };
};
