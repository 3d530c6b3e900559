import { renderDocument, renderNotes, renderProvenance, renderSection } from '../../html/document.ts';
import { renderFigure } from '../../html/figure.ts';
import { renderSources } from '../../html/tables.ts';
import { renderUncertaintyTable, uncertaintyLead } from '../../html/uncertainty.ts';
import { percent, significant } from '../../terminal/number.ts';
import { LEGEND } from '../describe.ts';
import { renderAlternatives } from './alternatives.ts';
import { mappingCharts } from './charts/index.ts';
import type { MappingChartBuilder } from './charts/mapping-chart.ts';
import type { MappingPage } from './mapping-page.ts';
import { renderNests } from './nest.ts';
import { objectiveName } from './names.ts';
import { renderProof } from './proof.ts';
import { MAPPING_STYLE } from './style.ts';
import { renderLinks, renderMappedLayers } from './tables.ts';
import { renderMappingTiles } from './tiles.ts';

/** The mapping of a network as one HTML document without any external request. */
export function renderMappingPage(page: MappingPage): string {
  const { report, search } = page;
  const { voltageV, clockMHz } = report.operatingPoint;
  const macros = `${report.system.macros} ${report.system.macros === 1 ? 'macro' : 'macros'} of ${report.chip.name}`;
  const facts = [
    `batch ${report.batch}`,
    `${macros}, ${significant(report.areaMm2.total, 3)} mm²`,
    `${significant(voltageV)} V, ${significant(clockMHz)} MHz`,
    report.tech.name,
    search === null ? 'saved mapping' : `least ${objectiveName(search.objective)}`,
  ];
  const figures = (charts: readonly MappingChartBuilder[]): string => {
    const drawn = charts.map((chart) => chart(page)).filter((chart) => chart !== null);
    return drawn.length === 0 ? '' : `<div class="charts">${drawn.map(renderFigure).join('\n')}</div>`;
  };
  const { share, kind, source } = report.matches;
  const subject = search === null ? '' : objectiveName(search.objective);
  const main = [
    renderMappingTiles(page),
    renderSection('What moves, what it costs, what limits it', figures(mappingCharts.costs)),
    renderSection(
      qualityHeading(search),
      [renderProof(search), figures(mappingCharts.quality)].filter((part) => part !== '').join('\n'),
    ),
    renderSection(
      'Against other ways of mapping',
      renderAlternatives(search),
      `Each column with its own best tiles, orders and splits of the same space. Multiples are of the first column, which has the least ${subject}: of other figures it may have more, so a multiple can be below 1. ` +
        'No reuse: every step reads its operands from memory and writes its sum back.',
    ),
    renderSection(
      'Loop nests',
      renderNests(report),
      'What is fetched when: loops over tiles around the buffers, loops over rows inside a macro. Loops that turn once are left out; what stays is not fetched again while the loop turns. ' +
        `In short: ${LEGEND}.`,
    ),
    renderSection('Every layer', renderMappedLayers(report)),
    renderSection('Between layers', renderLinks(search)),
    renderSection(
      'How far the figures may lie',
      report.uncertainty === null
        ? ''
        : `${figures(mappingCharts.certainty)}<div class="card">${renderUncertaintyTable(report.uncertainty)}</div>`,
      uncertaintyLead(report.uncertainty, 'batch'),
    ),
    renderSection(
      'What to know',
      renderNotes([
        `${percent(share)} of digit pairs match, ${kind}: ${source}. It is part of every mapping's energy alike.`,
        ...report.notes,
        ...(search?.notes ?? []),
      ]),
    ),
    renderSection('Where the numbers come from', `<div class="card">${renderSources(report)}</div>`),
    renderSection('Provenance', provenance(page)),
  ];
  return renderDocument({
    title: `${report.network.name} on ${report.system.name}`,
    eyebrow: 'Tally mapping report',
    heading: { what: report.network.name, on: report.system.name },
    facts,
    main: main.filter((part) => part !== '').join('\n'),
    footer: `Made by Tally ${report.toolVersion}. The same network, system and presets give the same bytes.`,
    style: MAPPING_STYLE,
  });
}

/** What the section of proof and random mappings can say: only a finished search shows that there is nothing better. */
function qualityHeading(search: MappingPage['search']): string {
  if (search === null) return 'Against mappings at random';
  return search.proof.left === 0 ? 'How good it is, and why there is nothing better' : 'How good it is';
}

function provenance({ report, command }: MappingPage): string {
  return renderProvenance([
    { name: 'command', value: command, code: true },
    { name: 'network', value: report.network.name },
    { name: 'network hash', value: report.network.hash, code: true },
    { name: 'chip', value: report.chip.name },
    { name: 'chip hash', value: report.chip.hash, code: true },
    { name: 'system', value: report.system.name },
    { name: 'system hash', value: report.system.hash, code: true },
    { name: 'technology table', value: report.tech.name },
    { name: 'tally', value: report.toolVersion },
    { name: 'report format', value: String(report.formatVersion) },
  ]);
}
