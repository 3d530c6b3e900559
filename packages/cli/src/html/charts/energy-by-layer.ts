import * as Plot from '@observablehq/plot';
import { percent } from '../../terminal/number.ts';
import { CHART_WIDTH, type ChartBuilder } from '../chart.ts';
import { componentsByEnergy } from '../components.ts';
import { marginFor, rounded, unitFor } from '../scale.ts';

/** Macro energy per image, a bar per layer, stacked by component. */
export const energyByLayer: ChartBuilder = (report) => {
  const components = componentsByEnergy(report);
  const names = report.layers.map(({ id }) => id);
  const { factor, unit } = unitFor(
    Math.max(...report.layers.map(({ energy }) => energy.totalPj * 1e-12)),
    'J',
  );
  const rows = report.layers.flatMap(({ id, energy }) =>
    components.map(({ name }) => ({
      layer: id,
      component: name,
      value: ((energy.byComponentPj[name] ?? 0) * 1e-12) / factor,
    })),
  );
  const costliest = [...report.layers].sort((a, b) => b.energy.totalPj - a.energy.totalPj).at(0);
  return {
    id: 'energy-by-layer',
    title: 'Energy by layer',
    caption:
      costliest === undefined
        ? 'The network has no layer that multiplies.'
        : `In the order of execution. ${costliest.id} costs most: ${percent(costliest.energy.totalPj / report.total.energy.totalPj, 0)} of the energy for ${percent(costliest.macs / report.total.macs, 0)} of the MACs.`,
    legend: components,
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 24 * names.length,
      marginLeft: marginFor(names),
      x: { label: `energy per image (${unit})`, grid: true, nice: true },
      y: { label: null, tickSize: 0, domain: names },
      color: {
        type: 'categorical',
        domain: components.map(({ name }) => name),
        range: components.map(({ color }) => color),
      },
      marks: [
        Plot.barX(rows, {
          x: 'value',
          y: 'layer',
          fill: 'component',
          insetTop: 2,
          insetBottom: 2,
          title: (row: (typeof rows)[number]) =>
            `${row.layer}, ${row.component}: ${rounded(row.value)} ${unit}`,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['layer', ...components.map(({ name }) => `${name} (${unit})`), `sum (${unit})`],
      rows: report.layers.map(({ id, energy }) => [
        id,
        ...components.map(({ name }) => rounded(((energy.byComponentPj[name] ?? 0) * 1e-12) / factor)),
        rounded((energy.totalPj * 1e-12) / factor),
      ]),
    },
  };
};
