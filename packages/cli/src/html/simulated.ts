import type { SimulatedReport } from '@tally/core';
import { grouped } from '../terminal/number.ts';
import { changeOf, nanojoules } from '../terminal/simulated.ts';
import { escapeHtml } from './escape.ts';
import { badge } from './label.ts';

/** What the data of the simulated image change of its energy, row by row. */
export function renderSimulatedTable(report: SimulatedReport): string {
  const rows = report.terms.map(
    ({ name, component, count, of, energyPj, label, how }) =>
      `<tr><th scope="row">${escapeHtml(component)}</th><td class="keep">${escapeHtml(name)}</td><td class="number">${grouped(count)}</td>` +
      `<td>${escapeHtml(of)}</td><td class="number">${nanojoules(energyPj)}</td><td>${badge(label)}</td><td class="how">${escapeHtml(how)}</td></tr>`,
  );
  const total =
    `<tr><th scope="row">macro</th><td class="keep">with the data</td><td class="number">${changeOf(report)}</td><td></td>` +
    `<td class="number">${nanojoules(report.dataDependentPj)}</td><td>${badge(report.label)}</td><td class="how">energy by action counts and the rows above</td></tr>`;
  const head = ['component', 'measured', 'count', 'of', 'nJ', 'label', 'how']
    .map(
      (name) => `<th scope="col"${name === 'count' || name === 'nJ' ? ' class="number"' : ''}>${name}</th>`,
    )
    .join('');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>
${[...rows, total].join('\n')}
</tbody></table></div>`;
}

/** What that table means, in a sentence; empty where nothing was simulated. */
export function simulatedLead(report: SimulatedReport | undefined): string {
  if (report === undefined) return '';
  return (
    `Image ${report.image} in ${grouped(report.cycles)} clocks of the simulated macro, whose matches, searches, multiplications, loads and cycles are those counted. ` +
    `By action counts it costs ${nanojoules(report.energyPj)} nJ; the rows split entries of the table by toggles and skipped searches.`
  );
}
