import * as Plot from '@observablehq/plot';
import { percent } from '../../terminal/number.ts';
import { CHART_WIDTH, type ChartBuilder } from '../chart.ts';
import { seriesColor, ZERO } from '../palette.ts';
import { marginFor, rounded } from '../scale.ts';

const kinds = ['pairs skipped', 'zero weights', 'zero activations'] as const;

/** Per layer: pairs that never match, and the zero weights and activations they come from. */
export const sparsityByLayer: ChartBuilder = (report) => {
  const names = report.layers.map(({ id }) => id);
  const weightColor = seriesColor(1);
  const activationColor = seriesColor(0);
  return {
    id: 'sparsity-by-layer',
    title: 'Work that never happens',
    caption: `A pair with a zero weight or a zero activation matches no class and switches nothing: ${percent(report.total.pairSparsity)} of all pairs (${percent(report.total.pairCounts.paddingPairs / Math.max(1, report.total.pairCounts.pairs))} of all pairs are zero padding).`,
    legend: [
      { name: kinds[0], color: ZERO },
      { name: kinds[1], color: weightColor },
      { name: kinds[2], color: activationColor },
    ],
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 24 * names.length,
      marginLeft: marginFor(names),
      marginRight: 52,
      x: { label: 'share (%)', grid: true, domain: [0, 100] },
      y: { label: null, tickSize: 0, domain: names },
      marks: [
        Plot.barX(report.layers, {
          x: ({ pairSparsity }: Layer) => 100 * pairSparsity,
          y: 'id',
          fill: ZERO,
          insetTop: 4,
          insetBottom: 4,
          rx: 2,
        }),
        Plot.dot(report.layers, {
          x: ({ weightSparsity }: Layer) => 100 * weightSparsity,
          y: 'id',
          fill: weightColor,
          r: 4.5,
          symbol: 'square',
        }),
        Plot.dot(report.layers, {
          x: ({ activationSparsity }: Layer) => 100 * activationSparsity,
          y: 'id',
          fill: activationColor,
          r: 4.5,
        }),
        Plot.text(report.layers, {
          x: 100,
          y: 'id',
          text: ({ pairSparsity }: Layer) => percent(pairSparsity),
          textAnchor: 'start',
          dx: 6,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['layer', ...kinds.map((kind) => `${kind} (%)`)],
      rows: report.layers.map(({ id, pairSparsity, weightSparsity, activationSparsity }) => [
        id,
        ...[pairSparsity, weightSparsity, activationSparsity].map((share) => rounded(100 * share, 3)),
      ]),
    },
  };
};

interface Layer {
  readonly pairSparsity: number;
  readonly weightSparsity: number;
  readonly activationSparsity: number;
}
