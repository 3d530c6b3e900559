import type { Style } from '../terminal/style.ts';
import { renderTable } from '../terminal/table.ts';

/** A number of a preset with where it comes from. */
interface Quantity {
  readonly value: unknown;
  readonly unit?: unknown;
  readonly label?: unknown;
  readonly source?: unknown;
}

/** A JSON preset as rows of path, value, unit, label, source: every leaf is shown, nothing is left out. */
export function describeDocument(title: string, document: unknown, style: Style): string {
  const rows: string[][] = [];
  walk(document, '', rows);
  return renderTable(
    [
      { heading: 'path', align: 'left' },
      { heading: 'value', align: 'right' },
      { heading: 'unit', align: 'left' },
      { heading: 'label', align: 'left' },
      { heading: 'source', align: 'left' },
    ],
    rows,
    { title, style },
  );
}

function walk(value: unknown, path: string, rows: string[][]): void {
  if (isQuantity(value)) {
    rows.push([path, show(value.value), show(value.unit), show(value.label), show(value.source)]);
  } else if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    rows.push([path, value.map(show).join(', '), '', '', '']);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) walk(child, path === '' ? key : `${path}.${key}`, rows);
  } else {
    rows.push([path, show(value), '', '', '']);
  }
}

function isQuantity(value: unknown): value is Quantity {
  return typeof value === 'object' && value !== null && 'value' in value && ('label' in value || 'unit' in value);
}

function show(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value as string | number | boolean);
}
