import type { FigureUncertainty, UncertaintyReport } from '@tally/core';
import { significant } from '../terminal/number.ts';
import { figureName, modeName, scaleOf, swingText } from '../terminal/uncertainty.ts';
import { escapeHtml } from './escape.ts';

const number = (value: number): string => `<td class="number">${escapeHtml(significant(value))}</td>`;

function row(one: FigureUncertainty): string {
  const { factor, unit } = scaleOf(one);
  const { interval, sampled } = one;
  const values = [interval.low, sampled.p5, sampled.p50, sampled.p95, interval.high, interval.typical];
  const matters = one.sensitivities.map(({ path, swing }) => `${path} (${swingText(one, swing)})`).join(', ');
  return (
    `<tr><th scope="row">${escapeHtml(figureName(one))}</th><td class="keep">${escapeHtml(modeName(one))}</td><td>${escapeHtml(unit)}</td>` +
    `${values.map((value) => number(value / factor)).join('')}<td class="how">${escapeHtml(matters === '' ? 'nothing' : matters)}</td></tr>`
  );
}

/** Intervals, percentiles and the inputs that matter most; nothing where the table states no spreads. */
export function renderUncertaintyTable(report: UncertaintyReport | null): string {
  if (report === null) return '';
  const head = [
    'figure',
    'residual',
    'unit',
    'lowest',
    '5 %',
    'median',
    '95 %',
    'highest',
    'typical',
    'what matters most',
  ]
    .map((name, i) => `<th scope="col"${i > 2 && i < 9 ? ' class="number"' : ''}>${name}</th>`)
    .join('');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>
${report.figures.map(row).join('\n')}
</tbody></table></div>`;
}

/**
 * What the table of intervals means, in a sentence.
 *
 * @param per what the figures are of: an image, a batch
 */
export function uncertaintyLead(report: UncertaintyReport | null, per = 'image'): string {
  if (report === null) return '';
  return (
    `Per ${per}, over the spreads of ${report.inputs.length} table entries. Lowest and highest are exact; percentiles are of ${report.samples} ` +
    `${report.distribution} samples, seed ${report.seed}. Fitted again: the residual moves so that the published figure it was fitted to always comes out.`
  );
}
