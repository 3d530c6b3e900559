import * as Plot from '@observablehq/plot';
import { percent, significant } from '../../terminal/number.ts';
import { CHART_WIDTH, type ChartBuilder } from '../chart.ts';
import { ACCENT, QUIET } from '../palette.ts';
import { marginFor, rounded, unitFor } from '../scale.ts';

/** Multiplications per image of every counting scheme against dense multiplication. */
export const multiplicationsByScheme: ChartBuilder = (report) => {
  const { schemes, multiplications, reduction, utilisation } = report.total;
  const { factor, unit } = unitFor(
    Math.max(multiplications, ...schemes.map((scheme) => scheme.multiplications)),
    '',
  );
  const inUnit = unit === '' ? '' : ` (${wordOf(unit)})`;
  const rows = [...schemes]
    .sort((a, b) => b.multiplications - a.multiplications)
    .map((scheme) => ({
      title: scheme.title.replace(/ \(.*\)$/, ''),
      value: scheme.multiplications / factor,
      reduction: scheme.reduction,
      color: scheme.scheme === report.chip.scheme ? ACCENT : QUIET,
    }));
  const titles = rows.map(({ title }) => title);
  return {
    id: 'multiplications-by-scheme',
    title: 'Multiplications by counting scheme',
    caption: `${report.chip.name} counts instead of multiplying: ${significant(multiplications / factor, 3)} instead of ${significant((multiplications * reduction) / factor, 3)}${unit === '' ? '' : ` ${wordOf(unit)}`} multiplications per image, ${significant(reduction, 3)} times fewer. ${percent(utilisation, 0)} of the ${report.chip.entries} entries carry work; with all of them it would be ${significant(reduction / utilisation, 3)} times. Highlighted: the scheme of this chip.`,
    legend: [],
    wide: false,
    plot: {
      width: CHART_WIDTH,
      height: 54 + 30 * rows.length,
      marginLeft: marginFor(titles),
      marginRight: 70,
      x: { label: `multiplications per image${inUnit}`, grid: true, nice: true },
      y: { label: null, tickSize: 0, domain: titles },
      marks: [
        Plot.barX(rows, { x: 'value', y: 'title', fill: 'color', insetTop: 3, insetBottom: 3, rx: 2 }),
        Plot.text(rows, {
          x: 'value',
          y: 'title',
          text: (row: (typeof rows)[number]) => `÷ ${significant(row.reduction, 3)}`,
          textAnchor: 'start',
          dx: 6,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['scheme', `multiplications per image${inUnit}`, 'times fewer than dense'],
      rows: rows.map(({ title, value, reduction: times }) => [title, rounded(value), rounded(times)]),
    },
  };
};

function wordOf(prefix: string): string {
  const words: Readonly<Record<string, string>> = {
    k: 'thousand',
    M: 'million',
    G: 'billion',
    T: 'trillion',
  };
  return words[prefix] ?? prefix;
}
