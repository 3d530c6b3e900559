import { visibleWidth, type Style } from './style.ts';

/** A column: its heading, its unit (shown under the heading) and how its cells stand. */
export interface Column {
  readonly heading: string;
  readonly unit?: string;
  readonly align: 'left' | 'right';
}

export interface TableOptions {
  readonly title?: string;
  /** Number of rows at the end that are sums, set off by a rule. */
  readonly totals?: number;
  readonly style: Style;
}

/** An aligned table: title, headings, units, a rule, rows, and a rule before the sums. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const { style } = options;
  const widths = columns.map((column, index) =>
    Math.max(
      visibleWidth(column.heading),
      visibleWidth(column.unit ?? ''),
      ...rows.map((row) => visibleWidth(row[index] ?? '')),
    ),
  );
  const line = (cells: readonly string[]): string =>
    (
      '  ' + columns.map((column, index) => pad(cells[index] ?? '', widths[index], column.align)).join('  ')
    ).trimEnd();
  const rule = style(
    'dim',
    '  ' + '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1))),
  );
  const lines: string[] = [];
  if (options.title !== undefined) lines.push(style('bold', options.title), '');
  lines.push(line(columns.map(({ heading }) => (heading === '' ? '' : style('bold', heading)))));
  if (columns.some(({ unit }) => unit !== undefined)) {
    lines.push(line(columns.map(({ unit }) => (unit === undefined ? '' : style('dim', unit)))));
  }
  lines.push(rule);
  const totals = options.totals ?? 0;
  rows.forEach((row, index) => {
    const isTotal = index >= rows.length - totals;
    if (isTotal && index === rows.length - totals) lines.push(rule);
    lines.push(line(isTotal ? row.map((cell) => (cell === '' ? '' : style('bold', cell))) : row));
  });
  return lines.join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - visibleWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Names and values, the values aligned: the head of a report. */
export function renderFields(
  fields: readonly (readonly [name: string, value: string])[],
  style: Style,
): string {
  const width = Math.max(...fields.map(([name]) => visibleWidth(name)));
  return fields.map(([name, value]) => `  ${style('dim', name.padEnd(width))}  ${value}`).join('\n');
}
