import type { FormatReport, ReproductionRow, RunReport } from '@tally/core';
import { grouped, percent, signedPercent, significant } from '../terminal/number.ts';
import { showUnit } from '../terminal/unit.ts';
import { escapeHtml } from './escape.ts';
import { badge, LABEL_MEANING } from './label.ts';
import { unitFor } from './scale.ts';

const number = (text: string): string => `<td class="number">${escapeHtml(text)}</td>`;
const text = (value: string): string => `<td>${escapeHtml(value)}</td>`;

/** Published figures beside ours. */
export function renderReproduction(rows: readonly ReproductionRow[]): string {
  const value = (x: number | null): string => (x === null ? '–' : significant(x));
  const residual = (x: number | null): string => (x === null ? '–' : signedPercent(x));
  return `<div class="scroll"><table><thead><tr><th scope="col">figure</th><th scope="col">unit</th><th scope="col" class="number">published</th><th scope="col" class="number">ours</th><th scope="col" class="number">residual</th><th scope="col">label of ours</th><th scope="col">how</th></tr></thead><tbody>
${rows
  .map(
    (row) =>
      `<tr><th scope="row">${escapeHtml(row.figure)}</th>${text(showUnit(row.unit))}${number(value(row.published))}${number(value(row.ours))}${number(residual(row.residual))}<td>${badge(row.label)}</td><td class="how">${escapeHtml(row.how)}</td></tr>`,
  )
  .join('\n')}
</tbody></table></div>`;
}

/** Every layer, and the sum. */
export function renderLayers(report: RunReport): string {
  const energy = unitFor(Math.max(report.total.energy.totalPj, 1e-3) * 1e-12, 'J');
  const columns = [
    'layer',
    'output',
    'W',
    'A',
    'passes',
    'MACs',
    'multiplications',
    'reduction',
    'utilisation',
    'pairs skipped',
    'cycles',
    'OPs/cycle',
    `energy (${energy.unit})`,
    'TOPS/W',
    'vector sum (bit)',
    'dot product (bit)',
  ];
  const cells = (figures: RunReport['total']): string =>
    [
      number(significant(figures.reduction, 3)),
      number(percent(figures.utilisation)),
      number(percent(figures.pairSparsity)),
      number(grouped(Math.round(figures.cycles))),
      number(significant(figures.opsPerCycle)),
      number(significant((figures.energy.totalPj * 1e-12) / energy.factor)),
      number(significant(figures.topsPerWatt, 3)),
    ].join('');
  return `<div class="scroll"><table class="layers"><thead><tr>${columns.map((column, index) => `<th scope="col"${index > 1 ? ' class="number"' : ''}>${column}</th>`).join('')}</tr></thead><tbody>
${report.layers
  .map(
    (layer) =>
      `<tr><th scope="row">${escapeHtml(layer.id)}</th>${text(layer.outputShape.join('×'))}${number(formatName(layer.weightFormat))}${number(formatName(layer.activationFormat))}${number(String(layer.digits.passes))}${number(grouped(layer.macs))}${number(grouped(Math.round(layer.multiplications)))}${cells(layer)}${number(String(layer.vectorSumBits))}${number(String(layer.partialSumBits))}</tr>`,
  )
  .join('\n')}
</tbody><tfoot><tr><th scope="row">all layers</th><td></td><td></td><td></td><td></td>${number(grouped(report.total.macs))}${number(grouped(Math.round(report.total.multiplications)))}${cells(report.total)}<td></td><td></td></tr></tfoot></table></div>`;
}

/** What runs beside the macro, by kind of node. */
export function renderHost({ host }: RunReport): string {
  const columns = ['node', 'nodes', 'comparisons', 'additions', 'multiplications', 'pooling', 'moves'];
  const cells = (operations: RunReport['host']['total']): string =>
    [
      operations.comparisons,
      operations.additions,
      operations.multiplications,
      operations.poolings,
      operations.moves,
    ]
      .map((count) => number(grouped(count)))
      .join('');
  const nodes = host.byKind.reduce((sum, group) => sum + group.nodes, 0);
  return `<div class="scroll"><table><thead><tr>${columns.map((column, index) => `<th scope="col"${index > 0 ? ' class="number"' : ''}>${column}</th>`).join('')}</tr></thead><tbody>
${host.byKind.map((group) => `<tr><th scope="row">${escapeHtml(group.kind)}</th>${number(grouped(group.nodes))}${cells(group)}</tr>`).join('\n')}
</tbody><tfoot><tr><th scope="row">all</th>${number(grouped(nodes))}${cells(host.total)}</tr></tfoot></table></div>`;
}

/** Where each figure comes from. */
export function renderSources(report: Pick<RunReport, 'sources'>): string {
  return `<div class="scroll"><table><thead><tr><th scope="col">figure</th><th scope="col">label</th><th scope="col">how</th></tr></thead><tbody>
${report.sources
  .map(
    ({ figure, label, how }) =>
      `<tr><th scope="row"><code>${escapeHtml(figure)}</code></th><td>${badge(label)}</td><td class="how">${escapeHtml(how)}</td></tr>`,
  )
  .join('\n')}
</tbody></table></div>
<dl class="labels">${Object.entries(LABEL_MEANING)
    .map(
      ([label, meaning]) =>
        `<div><dt><span class="badge ${label}">${label}</span></dt><dd>${meaning}</dd></div>`,
    )
    .join('')}</dl>`;
}

function formatName({ system, bits }: FormatReport): string {
  switch (system) {
    case 'unsigned':
      return `u${bits}`;
    case 'sign-magnitude':
      return `sm${bits}`;
    case 'twos-complement':
      return `tc${bits}`;
    default:
      return system satisfies never;
  }
}
