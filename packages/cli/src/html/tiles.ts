import type { FigureLabel, RunReport } from '@tally/core';
import { grouped, percent, significant } from '../terminal/number.ts';
import { escapeHtml } from './escape.ts';
import { labelOf } from '../terminal/figure-label.ts';
import { badge } from './label.ts';
import { unitFor } from './scale.ts';

/** A number that the reader came for. */
export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
  /** Null: the report does not say where the number comes from. */
  readonly label: FigureLabel | null;
}

/** Numbers first on a page. */
export function renderTileList(tiles: readonly Tile[]): string {
  const list = tiles.map(
    ({ name, value, unit, note, label }) =>
      `<div class="tile"><dt>${escapeHtml(name)}</dt><dd><span class="value">${escapeHtml(value)}</span><span class="unit">${escapeHtml(unit)}</span><p>${escapeHtml(note)}</p>${label === null ? '' : badge(label)}</dd></div>`,
  );
  return `<dl class="tiles">${list.join('\n')}</dl>`;
}

/** The numbers that the reader came for, first on the page. */
export function renderTiles(report: RunReport): string {
  return renderTileList(tiles(report));
}

function tiles(report: RunReport): readonly Tile[] {
  const { total } = report;
  const energy = unitFor(total.energy.totalPj * 1e-12, 'J');
  const time = unitFor(total.timeNs * 1e-9, 's');
  return [
    {
      name: 'Top-1 accuracy',
      value: report.top1 === null ? '–' : (100 * report.top1).toFixed(2),
      unit: report.top1 === null ? '' : '%',
      note:
        report.top1 === null
          ? 'the data set has no labels'
          : `${grouped(report.images)} images, integers only`,
      label: labelOf(report, 'top1'),
    },
    {
      name: 'Fewer multiplications',
      value: significant(total.reduction, 3),
      unit: '×',
      note: `${grouped(Math.round(total.multiplications))} instead of ${grouped(Math.round(total.multiplications * total.reduction))} per image`,
      label: labelOf(report, 'multiplications'),
    },
    {
      name: 'Energy per image',
      value: significant((total.energy.totalPj * 1e-12) / energy.factor, 3),
      unit: energy.unit,
      note: 'macro only',
      label: labelOf(report, 'energy.totalPj'),
    },
    {
      name: 'Time per image',
      value: significant((total.timeNs * 1e-9) / time.factor, 3),
      unit: time.unit,
      note: `${significant(total.opsPerCycle)} OPs per cycle, ${significant(total.gops, 3)} GOPS`,
      label: labelOf(report, 'cycles'),
    },
    {
      name: 'Energy efficiency',
      value: significant(total.topsPerWatt, 3),
      unit: 'TOPS/W',
      note: 'macro only, zeros count as operations',
      label: labelOf(report, 'topsPerWatt'),
    },
    {
      name: 'Pairs skipped',
      value: percent(total.pairSparsity).replace(' %', ''),
      unit: '%',
      note: 'a zero weight or activation never matches',
      label: labelOf(report, 'pairSparsity'),
    },
  ];
}
