import * as Plot from '@observablehq/plot';
import { WIDE_CHART_WIDTH } from '../../../html/chart.ts';
import { ACCENT, QUIET } from '../../../html/palette.ts';
import { marginFor, rounded } from '../../../html/scale.ts';
import { grouped, rough } from '../../../terminal/number.ts';
import { objectiveName, objectiveValue, sentence } from '../names.ts';
import { powers, steps } from './log-axis.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';

/** A share of sorted values, the nearest below. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))];
}

/** Mappings drawn at random from each layer's space, as multiples of the best. */
export const bestAgainstRandom: MappingChartBuilder = ({ report, search, sample }) => {
  if (sample === null) return null;
  const objective = search?.objective ?? 'edp';
  const own = search?.alternatives.find(({ name }) => name === 'best')?.layers;
  const rows = sample.layers.flatMap(({ id, costs, legal }, i) => {
    const layer = report.layers[i];
    const shown = {
      energyPj: layer.energy.totalPj,
      latencyCycles: layer.latencyCycles,
      memoryBits: layer.counts.memory.readBits + layer.counts.memory.writeBits,
    };
    const best = objectiveValue(objective, own?.[i] ?? shown);
    if (costs.length === 0 || best === 0) return [];
    const times = costs.map((cost) => objectiveValue(objective, cost) / best).sort((a, b) => a - b);
    return [
      {
        layer: id,
        legal,
        least: times[0],
        p5: at(times, 0.05),
        p25: at(times, 0.25),
        median: at(times, 0.5),
        p75: at(times, 0.75),
        p95: at(times, 0.95),
        most: at(times, 1),
      },
    ];
  });
  if (rows.length === 0) return null;
  type Row = (typeof rows)[number];
  const names = rows.map(({ layer }) => layer);
  const most = Math.max(...rows.map((row) => row.most));
  const domain = [Math.min(1, ...rows.map(({ least }) => least)), Math.max(2, most)] as const;
  const medians = rows.map(({ median }) => median).sort((a, b) => a - b);
  const subject = search === null ? 'this mapping' : search.proof.left === 0 ? 'the best' : 'the best found';
  return {
    id: 'best-against-random',
    title: `${sentence(subject)} against mappings at random`,
    caption:
      `${sentence(objectiveName(objective))} as a multiple of ${subject}, for ${grouped(sample.samples)} mappings per layer drawn from all that fit into the buffers, ` +
      `every one equally likely, seed ${sample.seed}. The median of a layer is ${rough(medians[0])} to ${rough(medians[medians.length - 1])} times ${subject}, ` +
      `the worst that was drawn ${rough(most)} times. Drawn, not searched: the worst of a space may be worse still.`,
    legend: [
      { name: 'half of the drawn mappings', color: ACCENT },
      { name: '5 to 95 % of them, line: all', color: QUIET },
    ],
    wide: true,
    plot: {
      width: WIDE_CHART_WIDTH,
      height: 72 + 24 * names.length,
      marginLeft: marginFor(names),
      marginRight: 78,
      marginTop: 30,
      x: {
        type: 'log',
        label: `${objectiveName(objective)}, ${subject} = 1`,
        grid: true,
        domain: [...domain],
        tickFormat: (value: number) => `${rough(value, 1)}×`,
        ticks: [...(most > 30 * domain[0] ? powers(domain) : steps(domain, [1, 2, 5]))],
      },
      y: { label: null, tickSize: 0, domain: names },
      marks: [
        Plot.ruleY(rows, { y: 'layer', x1: 'least', x2: 'most', stroke: QUIET, strokeWidth: 1.5 }),
        Plot.barX(rows, { y: 'layer', x1: 'p5', x2: 'p95', fill: QUIET, insetTop: 7, insetBottom: 7, rx: 2 }),
        Plot.barX(rows, {
          y: 'layer',
          x1: 'p25',
          x2: 'p75',
          fill: ACCENT,
          insetTop: 5,
          insetBottom: 5,
          rx: 2,
          title: (row: Row) =>
            `${row.layer}: half of them ${rounded(row.p25, 3)} to ${rounded(row.p75, 3)} times`,
        }),
        Plot.tickX(rows, {
          y: 'layer',
          x: 'median',
          stroke: 'var(--card)',
          strokeWidth: 2,
          insetTop: 5,
          insetBottom: 5,
        }),
        Plot.ruleX([1], { stroke: 'currentColor' }),
        Plot.dot(rows, { y: 'layer', x: 1, r: 4, fill: 'currentColor' }),
        Plot.text(['median'], {
          frameAnchor: 'top-right',
          textAnchor: 'end',
          dx: 72,
          dy: -16,
          fontWeight: 600,
        }),
        Plot.text(rows, {
          y: 'layer',
          text: (row: Row) => `${rough(row.median)}×`,
          frameAnchor: 'right',
          textAnchor: 'end',
          dx: 72,
        }),
      ],
    },
    data: {
      columns: ['layer', 'mappings that fit', 'least', '5 %', '25 %', 'median', '75 %', '95 %', 'most'],
      rows: rows.map(({ layer, legal, least, p5, p25, median, p75, p95, most }) => [
        layer,
        legal,
        ...[least, p5, p25, median, p75, p95, most].map((value) => rounded(value)),
      ]),
    },
  };
};
