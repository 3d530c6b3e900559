import * as Plot from '@observablehq/plot';
import type { MappedLayerReport, MappingReport } from '@tally/core';
import { WIDE_CHART_WIDTH } from '../../../html/chart.ts';
import { seriesColor } from '../../../html/palette.ts';
import { rounded } from '../../../html/scale.ts';
import { rough, significant } from '../../../terminal/number.ts';
import { decades, HALO, stepBelow, steps } from './log-axis.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';
import { byPlace, placeLabels } from './place-labels.ts';

const HEIGHT = 380;
const MARGIN = { left: 64, right: 24, top: 24, bottom: 44 };

/** A layer, or several at the same place, under the roof. */
interface Spot {
  readonly name: string;
  /** Operations per bit read from or written to memory. */
  readonly intensity: number;
  readonly gops: number;
  readonly limitedBy: string;
  readonly timeNs: number;
}

/** Where compute and memory would end the performance of the whole system, GOPS. */
export function roofOf({ machine, operatingPoint }: MappingReport): {
  readonly peakGops: number;
  readonly gopsPerOpPerBit: number;
  /** Operations per bit at which both meet. */
  readonly ridge: number;
} {
  const { entries, slotsPerStep } = machine.macro;
  const gigahertz = operatingPoint.clockMHz / 1e3;
  const peakGops = ((2 * entries) / slotsPerStep) * machine.macros * gigahertz;
  const gopsPerOpPerBit = machine.memoryBitsPerCycle * gigahertz;
  return { peakGops, gopsPerOpPerBit, ridge: peakGops / gopsPerOpPerBit };
}

/** Operations are digit pairs, two each: wide operands do several per MAC. */
function spotsOf(layers: readonly MappedLayerReport[]): readonly Spot[] {
  const spots = new Map<string, Spot & { readonly names: string[] }>();
  for (const { id, counts, timeNs, limitedBy } of layers) {
    const bits = counts.memory.readBits + counts.memory.writeBits;
    if (bits === 0) continue;
    const intensity = (2 * counts.pairs) / bits;
    const gops = (2 * counts.pairs) / timeNs;
    const key = `${intensity.toPrecision(3)} ${gops.toPrecision(3)}`;
    const known = spots.get(key);
    if (known === undefined) spots.set(key, { names: [id], name: id, intensity, gops, limitedBy, timeNs });
    else {
      known.names.push(id);
      spots.set(key, { ...known, timeNs: known.timeNs + timeNs });
    }
  }
  return [...spots.values()]
    .map(({ names, ...spot }) => ({
      ...spot,
      name: names.length === 1 ? names[0] : `${names[0]} + ${names.length - 1}`,
    }))
    .sort((a, b) => b.timeNs - a.timeNs);
}

/** Length in pixels and angle of a line that rises to the right. */
function slopeOf(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): { readonly length: number; readonly degrees: number } {
  return { length: Math.hypot(x2 - x1, y2 - y1), degrees: (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI };
}

/** Performance against operations per bit of memory traffic, under the roof of the system. */
export const roofline: MappingChartBuilder = ({ report }) => {
  const spots = spotsOf(report.layers);
  if (spots.length === 0) return null;
  const { peakGops, gopsPerOpPerBit, ridge } = roofOf(report);
  const xs = decades([...spots.map(({ intensity }) => intensity), ridge]);
  // Little above the roof: nothing is there.
  const ys = [stepBelow(0.7 * Math.min(...spots.map(({ gops }) => gops))), peakGops * 1.8] as const;
  const start = Math.max(xs[0], ys[0] / gopsPerOpPerBit);
  const roof = [
    { x: start, y: start * gopsPerOpPerBit },
    { x: ridge, y: peakGops },
    { x: xs[1], y: peakGops },
  ];
  const tiers = [...new Set(['compute', 'memory', ...report.machine.buffers.map(({ name }) => name)])];
  const colors = [seriesColor(0), seriesColor(3), seriesColor(1), seriesColor(2), seriesColor(5)];
  const used = tiers.filter((tier) => spots.some(({ limitedBy }) => limitedBy === tier));
  const px = (x: number): number =>
    MARGIN.left +
    ((WIDE_CHART_WIDTH - MARGIN.left - MARGIN.right) * Math.log(x / xs[0])) / Math.log(xs[1] / xs[0]);
  const py = (y: number): number =>
    HEIGHT -
    MARGIN.bottom -
    ((HEIGHT - MARGIN.top - MARGIN.bottom) * Math.log(y / ys[0])) / Math.log(ys[1] / ys[0]);
  const roofText = `${significant(peakGops, 3)} GOPS: every entry of every macro, all the time`;
  const slope = slopeOf(px(start), py(start * gopsPerOpPerBit), px(ridge), py(peakGops));
  const places = placeLabels(
    spots.map(({ name, intensity, gops }) => ({ x: px(intensity), y: py(gops), text: name })),
    { left: MARGIN.left, right: WIDE_CHART_WIDTH, top: MARGIN.top, bottom: HEIGHT - MARGIN.bottom },
    // The roof and the words along it.
    [
      { left: px(ridge), right: px(xs[1]), top: py(peakGops) - 1, bottom: py(peakGops) + 1 },
      {
        left: px(ridge),
        right: px(ridge) + 8 + 6.4 * roofText.length,
        top: py(peakGops) - 20,
        bottom: py(peakGops),
      },
    ],
  );
  const under = spots.filter(({ intensity }) => intensity < ridge).length;
  const highest = spots.reduce((a, b) => (b.gops > a.gops ? b : a));
  return {
    id: 'roofline',
    title: 'Roofline',
    caption:
      `${report.machine.macros === 1 ? 'The macro' : `All ${report.machine.macros} macros`} with every entry in use would do ${rough(peakGops)} GOPS; memory gives ${rough(report.machine.memoryBitsPerCycle)} bits per clock, so that ` +
      `${rough(ridge)} operations per bit are enough to keep up. ${under === 0 ? 'Every layer is right of that ridge' : `${under} of ${spots.length} points ${under === 1 ? 'lies' : 'lie'} left of that ridge`}; ` +
      `${highest.name} comes closest to the roof with ${rough(highest.gops)} GOPS. Operations are digit pairs, two each${spots.length < report.layers.length ? '; “+ 2” stands for two more layers at the same point' : ''}.`,
    legend: used.map((tier) => ({
      name: `limited by ${tier.replace(/-buffer$/, ' buffer')}`,
      color: colors[tiers.indexOf(tier) % colors.length],
    })),
    wide: true,
    plot: {
      width: WIDE_CHART_WIDTH,
      height: HEIGHT,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      x: {
        type: 'log',
        domain: [...xs],
        label: 'operations per bit of memory traffic',
        grid: true,
        ticks: [...steps(xs, [1])],
        tickFormat: (value: number) => rough(value, 1),
      },
      y: {
        type: 'log',
        domain: [...ys],
        label: 'GOPS',
        grid: true,
        ticks: [...steps(ys, [1, 2, 5])],
        tickFormat: (value: number) => rough(value, 1),
      },
      color: { type: 'categorical', domain: tiers, range: tiers.map((_, i) => colors[i % colors.length]) },
      marks: [
        Plot.line(roof, { x: 'x', y: 'y', stroke: 'currentColor', strokeWidth: 1.5 }),
        Plot.ruleX([ridge], {
          stroke: 'currentColor',
          strokeDasharray: '3 4',
          strokeOpacity: 0.5,
          y1: ys[0],
          y2: peakGops,
        }),
        Plot.text([{ x: ridge, y: peakGops, text: roofText }], {
          x: 'x',
          y: 'y',
          text: 'text',
          textAnchor: 'start',
          dx: 8,
          dy: -10,
          ...HALO,
        }),
        // Along the slope, where there is room for the words.
        Plot.text(slope.length < 200 ? [] : [{ x: Math.sqrt(start * ridge) }], {
          x: 'x',
          y: ({ x }: { x: number }) => x * gopsPerOpPerBit,
          text: () => `memory: ${rough(report.machine.memoryBitsPerCycle)} bits per clock`,
          rotate: slope.degrees,
          dy: -10,
          ...HALO,
        }),
        Plot.text([{ x: ridge, y: ys[0], text: `ridge ${rough(ridge)}` }], {
          x: 'x',
          y: 'y',
          text: 'text',
          textAnchor: 'start',
          dx: 6,
          dy: -9,
          ...HALO,
        }),
        Plot.dot(spots, {
          x: 'intensity',
          y: 'gops',
          r: 5,
          fill: 'limitedBy',
          stroke: 'var(--card)',
          title: ({ name, intensity, gops }: Spot) =>
            `${name}: ${rounded(intensity)} operations per bit, ${rounded(gops)} GOPS`,
        }),
        ...byPlace(spots, places).map(({ place, items }) =>
          Plot.text(items, { x: 'intensity', y: 'gops', text: 'name', ...place, ...HALO }),
        ),
      ],
    },
    data: {
      columns: ['layer', 'operations per bit of memory', 'GOPS', 'share of the roof (%)', 'limited by'],
      rows: report.layers.flatMap(({ id, counts, timeNs, limitedBy }) => {
        const bits = counts.memory.readBits + counts.memory.writeBits;
        const gops = (2 * counts.pairs) / timeNs;
        const intensity = bits === 0 ? Infinity : (2 * counts.pairs) / bits;
        return [
          [
            id,
            bits === 0 ? 'no memory traffic' : rounded(intensity),
            rounded(gops),
            rounded((100 * gops) / Math.min(peakGops, intensity * gopsPerOpPerBit), 3),
            limitedBy,
          ],
        ];
      }),
    },
  };
};
