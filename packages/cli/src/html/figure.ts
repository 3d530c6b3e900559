import type { Chart } from './chart.ts';
import { escapeHtml } from './escape.ts';
import { renderPlot } from './plot.ts';

/** A chart as a `<figure>`: title, caption, legend, drawing, and its numbers behind a fold. */
export function renderFigure(chart: Chart): string {
  const legend = chart.legend
    .map(
      ({ name, color }) =>
        `<li><span class="swatch" style="background:${color}"></span>${escapeHtml(name)}</li>`,
    )
    .join('');
  const head = chart.data.columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  const body = chart.data.rows
    .map(
      (row) =>
        `<tr>${row.map((cell) => (typeof cell === 'number' ? `<td class="number">${cell}</td>` : `<td>${escapeHtml(cell)}</td>`)).join('')}</tr>`,
    )
    .join('\n');
  return `<figure id="${chart.id}"${chart.wide ? ' class="wide"' : ''}>
<figcaption><h3>${escapeHtml(chart.title)}</h3><p>${escapeHtml(chart.caption)}</p></figcaption>
${legend === '' ? '' : `<ul class="legend" aria-hidden="true">${legend}</ul>`}
<div class="plot">${renderPlot({ label: chart.title, description: chart.caption, plot: chart.plot })}</div>
<details><summary>Numbers</summary><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div></details>
</figure>`;
}
