import type { ReproductionRow } from '@tally/core';
import { showLabel } from './labels.ts';
import { signedPercent, significant } from './number.ts';
import type { Style } from './style.ts';
import { showUnit } from './unit.ts';
import { renderTable, type Column } from './table.ts';

const columns: readonly Column[] = [
  { heading: 'figure', align: 'left' },
  { heading: 'unit', align: 'left' },
  { heading: 'published', align: 'right' },
  { heading: 'ours', align: 'right' },
  { heading: 'residual', align: 'right' },
  { heading: 'lowest', align: 'right' },
  { heading: 'highest', align: 'right' },
  { heading: 'label of ours', align: 'left' },
];

/** Published figures beside ours, and below the table how each of ours was obtained. */
export function renderReproduction(chip: string, rows: readonly ReproductionRow[], style: Style): string {
  const table = renderTable(
    columns,
    rows.map(({ figure, unit, published, ours, residual, label, interval }) => [
      figure,
      showUnit(unit),
      published === null ? '–' : significant(published),
      ours === null ? '–' : significant(ours),
      residual === null ? '–' : signedPercent(residual),
      interval === null ? '' : significant(interval.low),
      interval === null ? '' : significant(interval.high),
      showLabel(label, style),
    ]),
    { title: `${chip}: published figures beside ours`, style },
  );
  const how = rows.map(({ figure, how: text, calibrated }) => {
    const fitted = calibrated.length === 0 ? '' : ` Calibrated: ${calibrated.join(', ')}.`;
    return `  ${figure}\n      ${style('dim', wrap(`${text}${fitted}`, 6, 110))}`;
  });
  return [
    table,
    '',
    style('bold', 'How'),
    ...how,
    '',
    style(
      'dim',
      '  calibrated: fitted so that a published figure comes out; it predicts nothing about that figure.\n' +
        "  lowest, highest: ours over the spreads of the table's entries, its residuals as they stand there.",
    ),
  ].join('\n');
}

/** Breaks text at spaces so that lines indented by `indent` stay below `width` columns. */
export function wrap(text: string, indent: number, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${' '.repeat(indent)}`);
}
