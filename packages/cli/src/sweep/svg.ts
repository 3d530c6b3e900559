import * as Plot from '@observablehq/plot';
import type { SweepPoint, VoltageSweep } from '@tally/core';
import { escapeHtml } from '../html/escape.ts';
import { renderPlot } from '../html/plot.ts';

const WIDTH = 640;
const PANEL = 220;
const HEAD = 64;

const MEASURED = '#1f6f8b';
const GUESSED = '#b9602f';
const PUBLISHED = '#16191d';

interface Panel {
  readonly label: string;
  readonly value: (point: SweepPoint) => number;
  readonly band?: (point: SweepPoint) => { readonly low: number; readonly high: number } | null;
  /** Published values: supply and figure. */
  readonly published: readonly (readonly [voltageV: number, value: number])[];
}

/** Figures that are published at operating points within the sweep, as points of their panel. */
function publishedOf(
  { published, points }: VoltageSweep,
  pick: (figure: VoltageSweep['published'][number]) => number | null,
): readonly (readonly [number, number])[] {
  const [first, last] = [points.at(0)?.voltageV ?? 0, points.at(-1)?.voltageV ?? 0];
  return published.flatMap((figure) => {
    const value = pick(figure);
    return value === null || figure.voltageV < first || figure.voltageV > last
      ? []
      : [[figure.voltageV, value] as const];
  });
}

function panels(sweep: VoltageSweep): readonly Panel[] {
  return [
    {
      label: 'clock (MHz)',
      value: ({ clockMHz }) => clockMHz,
      published: publishedOf(sweep, ({ clockMHz }) => clockMHz),
    },
    {
      label: 'throughput (GOPS)',
      value: ({ gops }) => gops,
      published: publishedOf(sweep, ({ gops }) => gops),
    },
    {
      label: 'macro efficiency (TOPS/W)',
      value: ({ topsPerWatt }) => topsPerWatt,
      band: ({ topsPerWattInterval }) => topsPerWattInterval,
      published: publishedOf(sweep, ({ topsPerWatt }) => topsPerWatt),
    },
  ];
}

function drawPanel(sweep: VoltageSweep, panel: Panel, top: number): string {
  const rows = sweep.points.map((point) => {
    const band = panel.band?.(point) ?? null;
    return { voltageV: point.voltageV, value: panel.value(point), region: point.region, ...band };
  });
  const measured = sweep.published.map(({ voltageV }) => voltageV);
  const [from, to] = [Math.min(...measured), Math.max(...measured)];
  const solid = rows.filter(({ voltageV }) => voltageV >= from && voltageV <= to);
  const dashed = [
    rows.filter(({ voltageV }) => voltageV <= from),
    rows.filter(({ voltageV }) => voltageV >= to),
  ];
  const line = { x: 'voltageV', y: 'value', strokeWidth: 2 } as const;
  const drawn = renderPlot({
    label: panel.label,
    description: `${panel.label} of ${sweep.chip} from ${rows[0]?.voltageV ?? 0} to ${rows.at(-1)?.voltageV ?? 0} V`,
    plot: {
      width: WIDTH,
      height: PANEL,
      marginLeft: 60,
      x: { label: 'supply (V)', grid: true },
      y: { label: panel.label, grid: true, zero: true, nice: true },
      marks: [
        ...(panel.band === undefined || rows.every(({ low }) => low === undefined)
          ? []
          : [Plot.areaY(rows, { x: 'voltageV', y1: 'low', y2: 'high', fill: MEASURED, fillOpacity: 0.12 })]),
        ...dashed.map((part) => Plot.line(part, { ...line, stroke: GUESSED, strokeDasharray: '5 4' })),
        Plot.line(solid, { ...line, stroke: MEASURED }),
        Plot.dot(panel.published, {
          x: '0',
          y: '1',
          r: 5,
          stroke: PUBLISHED,
          strokeWidth: 2,
          fill: 'white',
        }),
      ],
    },
  });
  return drawn.replace(/^<svg/, `<svg y="${top}" xmlns="http://www.w3.org/2000/svg"`);
}

/** A sweep as one SVG file: clock, throughput and efficiency over the supply, what is extrapolated dashed. */
export function sweepSvg(sweep: VoltageSweep): string {
  const drawn = panels(sweep);
  const height = HEAD + drawn.length * PANEL;
  const legend =
    'solid: between published points · dashed: extrapolated · circles: published' +
    (sweep.points.some(({ topsPerWattInterval }) => topsPerWattInterval !== null)
      ? ' · band: spreads of the table'
      : '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" color="#16191d" fill="#16191d">`,
    `<title>${escapeHtml(`${sweep.chip} over its supply`)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="16" y="26" font-size="17" font-weight="600">${escapeHtml(`${sweep.chip} over its supply`)}</text>`,
    `<text x="16" y="46" fill="#565d66">${escapeHtml(legend)}</text>`,
    ...drawn.map((panel, i) => drawPanel(sweep, panel, HEAD + i * PANEL)),
    '</svg>',
    '',
  ].join('\n');
}
