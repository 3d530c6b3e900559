import { FIGURE_LABELS, type FigureLabel } from '@tally/core';
import { showLabel } from '../terminal/labels.ts';
import { wrap } from '../terminal/reproduction.ts';
import type { Style } from '../terminal/style.ts';
import { showUnit } from '../terminal/unit.ts';
import { renderFields, renderTable } from '../terminal/table.ts';

/** A number or a choice of a preset, with where it comes from. */
interface Leaf {
  readonly path: string;
  readonly value: string;
  readonly unit: string;
  readonly label: string;
  /** Source, and derivation where there is one. */
  readonly source: string;
}

const textWidth = 110;

/** A preset: its texts, a row per number with unit, label and source, and the sources as numbered notes. Every leaf is shown. */
export function describeDocument(title: string, document: unknown, style: Style): string {
  const leaves = collect(document, '');
  const texts = leaves.filter(({ label, value }) => label === '' && value.length > 0 && !isNumber(value));
  const numbers = leaves.filter((leaf) => !texts.includes(leaf));
  const sources = [...new Set(numbers.map(({ source }) => source).filter((source) => source !== ''))];
  const name = Math.max(0, ...texts.map(({ path }) => path.length));
  const table = renderTable(
    [
      { heading: 'path', align: 'left' },
      { heading: 'value', align: 'right' },
      { heading: 'unit', align: 'left' },
      { heading: 'label', align: 'left' },
      { heading: 'source', align: 'right' },
    ],
    numbers.map(({ path, value, unit, label, source }) => [
      path,
      value,
      showUnit(unit),
      isLabel(label) ? showLabel(label, style) : label,
      source === '' ? '' : `[${sources.indexOf(source) + 1}]`,
    ]),
    { style },
  );
  const notes = sources.map(
    (source, index) => `  ${`[${index + 1}]`.padStart(5)} ${wrap(source, 8, textWidth)}`,
  );
  return [
    style('bold', title),
    '',
    ...(texts.length === 0
      ? []
      : [
          renderFields(
            texts.map(({ path, value }) => [path, wrap(value, name + 4, textWidth)]),
            style,
          ),
          '',
        ]),
    table,
    ...(notes.length === 0 ? [] : ['', style('bold', 'Sources'), ...notes]),
  ].join('\n');
}

function collect(value: unknown, path: string): readonly Leaf[] {
  const leaf = labelled(value, path);
  if (leaf !== null) return [leaf];
  if (
    typeof value === 'object' &&
    value !== null &&
    !(Array.isArray(value) && value.every((item) => typeof item !== 'object'))
  ) {
    return Object.entries(value).flatMap(([key, child]) =>
      collect(child, path === '' ? key : `${path}.${key}`),
    );
  }
  return [{ path, value: show(value), unit: '', label: '', source: '' }];
}

/** `{ value, unit, source, label }` or `{ name, source, label }` as one leaf. */
function labelled(value: unknown, path: string): Leaf | null {
  if (typeof value !== 'object' || value === null || !('label' in value)) return null;
  const {
    value: number,
    name,
    unit,
    label,
    source,
    how,
    voltageV,
    low,
    high,
    spread,
  } = value as Readonly<Record<string, unknown>>;
  const at = voltageV === undefined ? '' : ` at ${show(voltageV)} V`;
  return {
    path,
    value: show(number ?? name) + between(low, high),
    unit: show(unit) + at,
    label: show(label),
    source: [show(source), show(how), spread === undefined ? '' : `Spread: ${show(spread)}`]
      .filter((text) => text !== '')
      .join('. '),
  };
}

/** The ends of a number that is known as an interval. */
function between(low: unknown, high: unknown): string {
  return low === undefined && high === undefined ? '' : ` (${show(low)} … ${show(high)})`;
}

function isLabel(text: string): text is FigureLabel {
  return (FIGURE_LABELS as readonly string[]).includes(text);
}

function isNumber(text: string): boolean {
  return Number.isFinite(Number(text));
}

function show(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(show).join(', ');
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
