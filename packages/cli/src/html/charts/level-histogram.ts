import * as Plot from '@observablehq/plot';
import { percent } from '../../terminal/number.ts';
import { WIDE_CHART_WIDTH, type Chart } from '../chart.ts';
import { ACCENT, ZERO } from '../palette.ts';
import { rounded } from '../scale.ts';

/** Levels of one layer: how often each occurred. */
export interface LayerLevels {
  readonly layer: string;
  readonly minLevel: number;
  readonly counts: readonly number[];
}

export interface LevelHistogramText {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
}

const perRow = 6;

/** Small multiples: a histogram of levels per layer as shares, the zero level set off. */
export function levelHistogram(layers: readonly LayerLevels[], text: LevelHistogramText): Chart {
  const rows = layers.flatMap(({ layer, minLevel, counts }, index) => {
    const sum = counts.reduce((total, count) => total + count, 0);
    return counts.map((count, offset) => ({
      layer,
      column: index % perRow,
      line: Math.floor(index / perRow),
      level: minLevel + offset,
      share: sum > 0 ? count / sum : 0,
      color: minLevel + offset === 0 ? ZERO : ACCENT,
    }));
  });
  const levels = [...new Set(rows.map(({ level }) => level))].sort((a, b) => a - b);
  const lines = Math.ceil(layers.length / perRow);
  const heads = rows.filter((row, index) => rows.findIndex(({ layer }) => layer === row.layer) === index);
  const largest = Math.max(...rows.map(({ share }) => share));
  return {
    id: text.id,
    title: text.title,
    caption: text.caption,
    wide: true,
    legend: [
      { name: 'zero: never matches', color: ZERO },
      { name: 'other levels', color: ACCENT },
    ],
    plot: {
      width: WIDE_CHART_WIDTH,
      height: 52 + 120 * lines,
      marginTop: 22,
      marginLeft: 40,
      x: { domain: levels, label: text.axis, tickSize: 0, padding: 0.12 },
      y: {
        label: null,
        ticks: 3,
        tickFormat: (value: number) => `${Math.round(100 * value)} %`,
        grid: true,
        domain: [0, largest * 1.02],
      },
      fx: {
        axis: null,
        domain: Array.from({ length: Math.min(perRow, layers.length) }, (_, index) => index),
        padding: 0.14,
      },
      fy: { axis: null, padding: 0.24 },
      marks: [
        Plot.barY(rows, {
          fx: 'column',
          fy: 'line',
          x: 'level',
          y: 'share',
          fill: 'color',
          title: (row: (typeof rows)[number]) => `${row.layer}, level ${row.level}: ${percent(row.share)}`,
        }),
        Plot.text(heads, {
          fx: 'column',
          fy: 'line',
          text: 'layer',
          frameAnchor: 'top-left',
          dy: -14,
          fontWeight: 600,
        }),
        Plot.ruleY([0]),
      ],
    },
    data: {
      columns: ['layer', ...levels.map((level) => `level ${level} (%)`)],
      rows: layers.map(({ layer }) => [
        layer,
        ...levels.map((level) => {
          const row = rows.find((candidate) => candidate.layer === layer && candidate.level === level);
          return row === undefined ? '' : rounded(100 * row.share, 3);
        }),
      ]),
    },
  };
}
