import type { ReproductionRow, RunReport } from '@tally/core';
import { grouped, significant } from '../terminal/number.ts';
import { chartSections } from './charts/index.ts';
import { renderDocument, renderNotes, renderProvenance, renderSection } from './document.ts';
import { renderFigure } from './figure.ts';
import { renderHost, renderLayers, renderReproduction, renderSources } from './tables.ts';
import { renderSimulatedTable, simulatedLead } from './simulated.ts';
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
  const facts = [
    `${grouped(report.images)} images of ${report.dataset.name}`,
    `${significant(voltageV)} V, ${significant(clockMHz)} MHz`,
    `scheme ${report.chip.scheme}, ${report.chip.entries} entries`,
    `${report.tech.name}, ${report.tech.nodeNm} nm`,
  ];
  return renderDocument({
    title: `${report.network.name} on ${report.chip.name}`,
    eyebrow: 'Tally run report',
    heading: { what: report.network.name, on: report.chip.name },
    facts,
    main: `${renderTiles(report)}
${renderSection('Published figures beside ours', page.reproduction.length === 0 ? '' : `<div class="card">${renderReproduction(page.reproduction)}</div>`, 'Of the chip at its published operating points. A calibrated figure was fitted to what it stands beside and predicts nothing.')}
${renderSection('What to know', renderNotes(report.notes))}
${chartSections.map(({ title: name, charts }) => renderSection(name, `<div class="charts">${charts.map((chart) => renderFigure(chart(report))).join('\n')}</div>`)).join('\n')}
${renderSection('What the data change', report.simulated === undefined ? '' : `<div class="card">${renderSimulatedTable(report.simulated)}</div>`, simulatedLead(report.simulated))}
${renderSection('How far the figures may lie', report.uncertainty === null ? '' : `<div class="card">${renderUncertaintyTable(report.uncertainty)}</div>`, uncertaintyLead(report.uncertainty))}
${renderSection('Every layer', `<div class="card">${renderLayers(report)}</div>`, 'Per image. W and A: code system and width of weights and activations (sm sign-magnitude, tc two’s complement, u unsigned); passes: pairs of digits into which wide operands are split.')}
${renderSection('Beside the macro', report.host.byKind.length === 0 ? '' : `<div class="card">${renderHost(report)}</div>`, `Operations per image. Not part of cycles or energy, but for ${grouped(report.host.chargedComparisons)} threshold comparisons that are charged to layers.`)}
${renderSection('Where the numbers come from', `<div class="card">${renderSources(report)}</div>`)}
${renderSection('Provenance', provenance(page))}`,
    footer: `Made by Tally ${report.toolVersion}. The same network, images and presets give the same bytes.`,
  });
}

function provenance({ report, command, stamp }: ReportPage): string {
  return renderProvenance([
    { name: 'command', value: command, code: true },
    { name: 'network', value: report.network.name },
    { name: 'network hash', value: report.network.hash, code: true },
    {
      name: 'data set',
      value: `${report.dataset.name}, ${grouped(report.images)} of ${grouped(report.dataset.images)} images`,
    },
    { name: 'chip preset', value: report.chip.name },
    { name: 'technology table', value: `${report.tech.name} (${report.tech.nodeNm} nm)` },
    { name: 'tally', value: report.toolVersion },
    { name: 'report format', value: String(report.formatVersion) },
    ...(stamp === undefined ? [] : [{ name: 'made', value: stamp }]),
  ]);
}
