import * as Plot from '@observablehq/plot';
import { CHART_WIDTH } from '../../../html/chart.ts';
import { ACCENT } from '../../../html/palette.ts';
import { marginFor, rounded } from '../../../html/scale.ts';
import { percent, si } from '../../../terminal/number.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';

/** A share in whole per cent, however small. */
function percentOrLess(share: number): string {
  return share < 0.005 ? 'less than 1 %' : percent(share, 0);
}

/** Which share of a layer's time each tier is busy: a full one is what limits the layer. */
export const busyTiers: MappingChartBuilder = ({ report }) => {
  const { layers, machine, total } = report;
  const names = layers.map(({ id }) => id);
  const buffers = machine.buffers.map(({ name }) => name);
  const tiers = ['compute', ...buffers.map((name) => name.replace(/-buffer$/, ' buffer')), 'memory'];
  const cells = layers.flatMap((layer) => {
    const { cycles, latencyCycles } = layer;
    return [cycles.compute, ...cycles.buffers, cycles.memory].map((own, i) => ({
      layer: layer.id,
      tier: tiers[i],
      share: own / latencyCycles,
    }));
  });
  const limits = new Map<string, number>();
  for (const { limitedBy, latencyCycles } of layers)
    limits.set(limitedBy, (limits.get(limitedBy) ?? 0) + latencyCycles);
  const shares = [...limits].sort((a, b) => b[1] - a[1]);
  const said = shares.map(
    ([name, cycles]) =>
      `${name.replace(/-buffer$/, ' buffer')} for ${percentOrLess(cycles / total.latencyCycles)}`,
  );
  return {
    id: 'busy-tiers',
    title: 'What limits every layer',
    caption: `Share of a layer's time in which a tier is busy, in per cent; at 100 it sets the pace. ${si(total.timeNs * 1e-9, 's', 3)} in all, limited by ${said.join(', by ')} of it.`,
    legend: [],
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 22 * names.length,
      marginLeft: marginFor(names),
      marginRight: 70,
      marginTop: 44,
      marginBottom: 10,
      x: { label: null, domain: tiers, axis: null, padding: 0.04 },
      y: { label: null, tickSize: 0, domain: names },
      marks: [
        Plot.axisX({ anchor: 'top', tickSize: 0, lineWidth: 5, label: null }),
        Plot.cell(cells, {
          x: 'tier',
          y: 'layer',
          fill: ACCENT,
          fillOpacity: (cell: (typeof cells)[number]) => 0.04 + 0.5 * Math.min(1, cell.share),
          inset: 1,
          rx: 3,
        }),
        Plot.text(cells, {
          x: 'tier',
          y: 'layer',
          text: ({ share }: (typeof cells)[number]) =>
            share > 0 && share < 0.005 ? '< 1' : (100 * share).toFixed(0),
        }),
        Plot.text(layers, {
          y: 'id',
          text: (layer: (typeof layers)[number]) => si(layer.timeNs * 1e-9, 's', 3),
          frameAnchor: 'right',
          textAnchor: 'end',
          dx: 66,
        }),
      ],
    },
    data: {
      columns: ['layer', ...tiers.map((tier) => `${tier} (%)`), 'cycles'],
      rows: layers.map((layer) => [
        layer.id,
        ...[layer.cycles.compute, ...layer.cycles.buffers, layer.cycles.memory].map((own) =>
          rounded((100 * own) / layer.latencyCycles, 3),
        ),
        Math.ceil(layer.latencyCycles),
      ]),
    },
  };
};
