import type { RunReport } from '@tally/core';
import { grouped, percent, significant } from '../terminal/number.ts';
import { escapeHtml } from './escape.ts';
import { labelOf } from '../terminal/figure-label.ts';
import { badge } from './label.ts';
import { unitFor } from './scale.ts';

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
  /** Field of the report whose label is shown. */
  readonly figure: string;
}

/** The numbers that the reader came for, first on the page. */
export function renderTiles(report: RunReport): string {
  return `<dl class="tiles">${tiles(report)
    .map((tile) => {
      const label = labelOf(report, tile.figure);
      return `<div class="tile"><dt>${escapeHtml(tile.name)}</dt><dd><span class="value">${escapeHtml(tile.value)}</span><span class="unit">${escapeHtml(tile.unit)}</span><p>${escapeHtml(tile.note)}</p>${label === null ? '' : badge(label)}</dd></div>`;
    })
    .join('\n')}</dl>`;
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
      figure: 'top1',
    },
    {
      name: 'Fewer multiplications',
      value: significant(total.reduction, 3),
      unit: '×',
      note: `${grouped(Math.round(total.multiplications))} instead of ${grouped(Math.round(total.multiplications * total.reduction))} per image`,
      figure: 'multiplications',
    },
    {
      name: 'Energy per image',
      value: significant((total.energy.totalPj * 1e-12) / energy.factor, 3),
      unit: energy.unit,
      note: 'macro only',
      figure: 'energy.totalPj',
    },
    {
      name: 'Time per image',
      value: significant((total.timeNs * 1e-9) / time.factor, 3),
      unit: time.unit,
      note: `${significant(total.opsPerCycle)} OPs per cycle, ${significant(total.gops, 3)} GOPS`,
      figure: 'cycles',
    },
    {
      name: 'Energy efficiency',
      value: significant(total.topsPerWatt, 3),
      unit: 'TOPS/W',
      note: 'macro only, zeros count as operations',
      figure: 'topsPerWatt',
    },
    {
      name: 'Pairs skipped',
      value: percent(total.pairSparsity).replace(' %', ''),
      unit: '%',
      note: 'a zero weight or activation never matches',
      figure: 'pairSparsity',
    },
  ];
}
