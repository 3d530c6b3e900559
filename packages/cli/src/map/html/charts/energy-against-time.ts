import * as Plot from '@observablehq/plot';
import { WIDE_CHART_WIDTH } from '../../../html/chart.ts';
import { ACCENT, seriesColor } from '../../../html/palette.ts';
import { rounded, unitFor } from '../../../html/scale.ts';
import { grouped, percent, significant } from '../../../terminal/number.ts';
import { HALO } from './log-axis.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';
import { byPlace, placeLabels } from './place-labels.ts';

const HEIGHT = 340;
const MARGIN = { left: 64, right: 24, top: 28, bottom: 44 };

interface Named {
  readonly name: string;
  readonly time: number;
  readonly energy: number;
}

/** A domain with some room around values; never empty. */
function around(values: readonly number[]): readonly [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = high > low ? high - low : 0.1 * high;
  return [low - 0.12 * room, high + 0.3 * room];
}

/** The Pareto set of the network: nothing is both faster and cheaper than a point of the line. */
export const energyAgainstTime: MappingChartBuilder = ({ report, search }) => {
  const front = search?.pareto ?? null;
  if (search === null || front === null || front.length === 0) return null;
  const { clockMHz } = report.operatingPoint;
  const seconds = (cycles: number): number => (cycles / clockMHz) * 1e-6;
  const slowest = Math.max(...front.map(({ latencyCycles }) => seconds(latencyCycles)));
  const costliest = Math.max(...front.map(({ energyPj }) => energyPj * 1e-12));
  const time = unitFor(slowest, 's');
  const energy = unitFor(costliest, 'J');
  const point = (name: string, energyPj: number, latencyCycles: number): Named => ({
    name,
    time: seconds(latencyCycles) / time.factor,
    energy: (energyPj * 1e-12) / energy.factor,
  });
  const set = front.map(({ energyPj, latencyCycles }) => point('', energyPj, latencyCycles));
  const chosen = point(
    'chosen: least energy × time',
    report.total.energy.totalPj,
    report.total.latencyCycles,
  );
  const xs = around([...set, chosen].map((one) => one.time));
  const ys = around([...set, chosen].map((one) => one.energy));
  // Alternatives far beyond the set would squeeze it into a corner: the caption names them.
  const within = (one: Named): boolean => one.time <= xs[1] && one.energy <= ys[1];
  const alternatives = search.alternatives
    // The first is the chosen one.
    .slice(1)
    .filter(({ name }) => name !== 'no-reuse')
    .flatMap(({ title, total }) =>
      total === null ? [] : [point(title, total.energyPj, total.latencyCycles)],
    )
    .filter((one) => one.time !== chosen.time || one.energy !== chosen.energy);
  const others = alternatives.filter(within);
  const beyond = alternatives.filter((one) => !within(one));
  const named = [chosen, ...others];
  const px = (x: number): number =>
    MARGIN.left + ((WIDE_CHART_WIDTH - MARGIN.left - MARGIN.right) * (x - xs[0])) / (xs[1] - xs[0]);
  const py = (y: number): number =>
    HEIGHT - MARGIN.bottom - ((HEIGHT - MARGIN.top - MARGIN.bottom) * (y - ys[0])) / (ys[1] - ys[0]);
  const places = placeLabels(
    named.map(({ name, time: x, energy: y }) => ({ x: px(x), y: py(y), text: name })),
    { left: MARGIN.left, right: WIDE_CHART_WIDTH, top: 0, bottom: HEIGHT - MARGIN.bottom },
    // The line of the set.
    set.map(({ time: x, energy: y }) => ({
      left: px(x) - 4,
      right: px(x) + 4,
      top: py(y) - 3,
      bottom: py(y) + 3,
    })),
  );
  const range = (part: readonly Named[]): string =>
    part
      .map(
        ({ name, time: x, energy: y }) =>
          `${name.toLowerCase()} ${significant(x, 3)} ${time.unit}, ${significant(y, 3)} ${energy.unit}`,
      )
      .join('; ');
  const [first, last] = [front[0], front[front.length - 1]];
  return {
    id: 'energy-against-time',
    title: 'Energy against time',
    caption:
      front.length === 1
        ? 'One mapping is both fastest and cheapest: the Pareto set of the network is a single point.'
        : `${grouped(front.length)} mappings of the network of which no other is both faster and cheaper. From the cheapest to the fastest, time falls by ${percent(1 - last.latencyCycles / first.latencyCycles)} and energy rises by ${percent(last.energyPj / first.energyPj - 1)}.${beyond.length === 0 ? '' : ` Beyond the picture: ${range(beyond)}.`}`,
    legend: [
      { name: 'Pareto set', color: ACCENT },
      { name: 'chosen', color: 'var(--ink)' },
      ...(others.length === 0 ? [] : [{ name: 'another way of mapping', color: seriesColor(1) }]),
    ],
    wide: true,
    plot: {
      width: WIDE_CHART_WIDTH,
      height: HEIGHT,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      x: { label: `time (${time.unit})`, domain: [...xs], grid: true },
      y: { label: `energy (${energy.unit})`, domain: [...ys], grid: true },
      marks: [
        Plot.line(set, { x: 'time', y: 'energy', stroke: ACCENT, strokeWidth: 1.5, curve: 'step-before' }),
        Plot.dot(set.length > 300 ? [] : set, { x: 'time', y: 'energy', r: 2.5, fill: ACCENT }),
        Plot.dot(others, { x: 'time', y: 'energy', r: 6, stroke: seriesColor(1), strokeWidth: 2.5 }),
        Plot.dot([chosen], { x: 'time', y: 'energy', r: 5, fill: 'currentColor', stroke: 'var(--card)' }),
        ...byPlace(named, places).map(({ place, items }) =>
          Plot.text(items, { x: 'time', y: 'energy', text: 'name', ...place, ...HALO }),
        ),
      ],
    },
    data: {
      columns: ['', `time (${time.unit})`, `energy (${energy.unit})`],
      rows: [...named, ...set.filter((_, i) => i % Math.ceil(set.length / 200) === 0)].map((one) => [
        one.name === '' ? 'Pareto set' : one.name,
        rounded(one.time, 6),
        rounded(one.energy, 6),
      ]),
    },
  };
};
