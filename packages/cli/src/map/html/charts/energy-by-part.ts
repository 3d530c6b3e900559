import * as Plot from '@observablehq/plot';
import { CHART_WIDTH } from '../../../html/chart.ts';
import { marginFor, rounded, unitFor } from '../../../html/scale.ts';
import { percent, si } from '../../../terminal/number.ts';
import { ENERGY_PARTS } from '../names.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';

/** Energy of each layer, a bar stacked by what it is spent on. */
export const energyByPart: MappingChartBuilder = ({ report }) => {
  const { layers, total } = report;
  const names = layers.map(({ id }) => id);
  const { factor, unit } = unitFor(
    Math.max(...layers.map(({ energy }) => energy.totalPj * 1e-12), 1e-15),
    'J',
  );
  const scaled = (energyPj: number): number => (energyPj * 1e-12) / factor;
  const rows = layers.flatMap(({ id, energy }) =>
    ENERGY_PARTS.map(({ key, name }) => ({ layer: id, part: name, value: scaled(energy[key]) })),
  );
  const largest = [...ENERGY_PARTS].sort((a, b) => total.energy[b.key] - total.energy[a.key])[0];
  return {
    id: 'energy-by-part',
    title: 'Energy of every layer',
    caption: `In the order of execution, ${si(total.energy.totalPj * 1e-12, 'J', 3)} in all: ${ENERGY_PARTS.map(({ key, name }) => `${name} ${percent(total.energy[key] / total.energy.totalPj, 0)}`).join(', ')}. Most goes to ${largest.name}.`,
    legend: ENERGY_PARTS.map(({ name, color }) => ({ name, color })),
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 22 * names.length,
      marginLeft: marginFor(names),
      x: { label: `energy (${unit})`, grid: true, nice: true },
      y: { label: null, tickSize: 0, domain: names },
      color: {
        type: 'categorical',
        domain: ENERGY_PARTS.map(({ name }) => name),
        range: ENERGY_PARTS.map(({ color }) => color),
      },
      marks: [
        Plot.barX(rows, {
          x: 'value',
          y: 'layer',
          fill: 'part',
          insetTop: 2,
          insetBottom: 2,
          title: (row: (typeof rows)[number]) => `${row.layer}, ${row.part}: ${rounded(row.value)} ${unit}`,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['layer', ...ENERGY_PARTS.map(({ name }) => `${name} (${unit})`), `sum (${unit})`],
      rows: layers.map(({ id, energy }) => [
        id,
        ...ENERGY_PARTS.map(({ key }) => rounded(scaled(energy[key]))),
        rounded(scaled(energy.totalPj)),
      ]),
    },
  };
};
