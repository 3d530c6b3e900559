import type { ReproductionRow, RunReport } from '@tally/core';
import { grouped, significant } from '../terminal/number.ts';
import { chartSections } from './charts/index.ts';
import { escapeHtml } from './escape.ts';
import { renderFigure } from './figure.ts';
import { PAGE_STYLE } from './page-style.ts';
import { renderHost, renderLayers, renderReproduction, renderSources } from './tables.ts';
import { renderTiles } from './tiles.ts';
import { renderUncertaintyTable, uncertaintyLead } from './uncertainty.ts';

/** What the page shows. */
export interface ReportPage {
  readonly report: RunReport;
  /** Published figures of the chip beside ours; empty leaves the section out. */
  readonly reproduction: readonly ReproductionRow[];
  /** The command that makes this report again. */
  readonly command: string;
  /** Date and environment, only where the user asked for them: they make two equal runs differ. */
  readonly stamp?: string;
}

/** The whole report as one HTML document without any external request. */
export function renderPage(page: ReportPage): string {
  const { report } = page;
  const { voltageV, clockMHz } = report.operatingPoint;
  const title = `${report.network.name} on ${report.chip.name}`;
  const facts = [
    `${grouped(report.images)} images of ${report.dataset.name}`,
    `${significant(voltageV)} V, ${significant(clockMHz)} MHz`,
    `scheme ${report.chip.scheme}, ${report.chip.entries} entries`,
    `${report.tech.name}, ${report.tech.nodeNm} nm`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Tally</title>
<style>
${PAGE_STYLE}
</style>
</head>
<body>
<header>
<p class="eyebrow">Tally run report</p>
<h1>${escapeHtml(report.network.name)} <span class="on">on ${escapeHtml(report.chip.name)}</span></h1>
<p class="facts">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join(' ')}</p>
</header>
<main>
${renderTiles(report)}
${section('Published figures beside ours', page.reproduction.length === 0 ? '' : `<div class="card">${renderReproduction(page.reproduction)}</div>`, 'Of the chip at its published operating points. A calibrated figure was fitted to what it stands beside and predicts nothing.')}
${section('What to know', report.notes.length === 0 ? '' : `<div class="card"><ul class="notes">${report.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul></div>`)}
${chartSections.map(({ title: name, charts }) => section(name, `<div class="charts">${charts.map((chart) => renderFigure(chart(report))).join('\n')}</div>`)).join('\n')}
${section('How far the figures may lie', report.uncertainty === null ? '' : `<div class="card">${renderUncertaintyTable(report.uncertainty)}</div>`, uncertaintyLead(report.uncertainty))}
${section('Every layer', `<div class="card">${renderLayers(report)}</div>`, 'Per image. W and A: code system and width of weights and activations (sm sign-magnitude, tc two’s complement, u unsigned); passes: pairs of digits into which wide operands are split.')}
${section('Beside the macro', report.host.byKind.length === 0 ? '' : `<div class="card">${renderHost(report)}</div>`, `Operations per image. Not part of cycles or energy, but for ${grouped(report.host.chargedComparisons)} threshold comparisons that are charged to layers.`)}
${section('Where the numbers come from', `<div class="card">${renderSources(report)}</div>`)}
${section('Provenance', provenance(page))}
</main>
<footer>Made by Tally ${escapeHtml(report.toolVersion)}. The same network, images and presets give the same bytes.</footer>
</body>
</html>
`;
}

function section(title: string, content: string, lead?: string): string {
  if (content === '') return '';
  return `<section><h2>${title}</h2>${lead === undefined ? '' : `<p>${lead}</p>`}\n${content}</section>`;
}

function provenance({ report, command, stamp }: ReportPage): string {
  const rows: readonly (readonly [string, string])[] = [
    ['command', `<code>${escapeHtml(command)}</code>`],
    ['network', escapeHtml(report.network.name)],
    ['network hash', `<code>${escapeHtml(report.network.hash)}</code>`],
    [
      'data set',
      `${escapeHtml(report.dataset.name)}, ${grouped(report.images)} of ${grouped(report.dataset.images)} images`,
    ],
    ['chip preset', escapeHtml(report.chip.name)],
    ['technology table', `${escapeHtml(report.tech.name)} (${report.tech.nodeNm} nm)`],
    ['tally', escapeHtml(report.toolVersion)],
    ['report format', String(report.formatVersion)],
    ...(stamp === undefined ? [] : ([['made', escapeHtml(stamp)]] as const)),
  ];
  return `<div class="card"><dl class="provenance">${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl></div>`;
}
