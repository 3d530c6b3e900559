import type { AlternativeReport, MappedLayerReport, MappingReport, MappingSearchReport } from '@tally/core';
import { grouped, percent, rough, si, significant, unitFor } from '../terminal/number.ts';
import { wrap } from '../terminal/reproduction.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable, type Column } from '../terminal/table.ts';
import { renderUncertainty } from '../terminal/uncertainty.ts';
import { aligned } from './aligned.ts';
import { describeMapping, LEGEND } from './describe.ts';
import { proofText } from './proof-text.ts';
import type { MapResults } from './run.ts';

const PJ = 1e-12;

/** The mapping of a network as text: what was mapped, layers, alternatives, tensors that stay, proof, notes. */
export function renderMapping(
  { report, search }: Pick<MapResults, 'report' | 'search'>,
  style: Style,
): string {
  return [
    head(report, search, style),
    layers(report, style),
    renderUncertainty(report.uncertainty, style, 'batch'),
    search === null ? '' : alternatives(search, style),
    search === null ? '' : links(search, style),
    search?.pareto == null ? '' : pareto(search, report.operatingPoint.clockMHz, style),
    search === null ? '' : proof(search, style),
    notes([...report.notes, ...(search?.notes ?? [])], style),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function head(report: MappingReport, search: MappingSearchReport | null, style: Style): string {
  const { total, operatingPoint, areaMm2, system } = report;
  return [
    style('bold', `${report.network.name} on ${system.name}`),
    '',
    renderFields(
      [
        ['network', `${report.network.hash.slice(0, 16)}…, batch ${report.batch}`],
        [
          'system',
          `${system.name}: chip ${report.chip.name}, ${system.macros} ${system.macros === 1 ? 'macro' : 'macros'} in use, ${significant(areaMm2.total)} mm² (buffers ${significant(areaMm2.buffers)})`,
        ],
        [
          'operating point',
          `${significant(operatingPoint.voltageV)} V, ${significant(operatingPoint.clockMHz)} MHz`,
        ],
        ['technology', report.tech.name],
        [
          'matches',
          `${percent(report.matches.share)} of digit pairs, ${report.matches.kind}: ${report.matches.source}`,
        ],
        ...(search === null ? [] : ([['minimised', objectiveName(search)]] as const)),
        ['memory traffic', `${grouped(total.memoryBits)} bits`],
        [
          'time',
          `${si(total.timeNs * 1e-9, 's')}, ${grouped(Math.ceil(total.latencyCycles))} cycles, ${significant(total.gops)} GOPS`,
        ],
        ['energy', `${si(total.energy.totalPj * PJ, 'J')} (${energyShares(report)})`],
        [
          'efficiency',
          `${significant(total.topsPerWatt)} TOPS/W, system; energy × time ${si(total.edpJs, 'Js')}`,
        ],
      ],
      style,
    ),
  ].join('\n');
}

function objectiveName({ objective }: MappingSearchReport): string {
  switch (objective) {
    case 'edp':
      return 'energy × time of each layer';
    case 'energy':
      return 'energy';
    case 'latency':
      return 'time, then energy';
    case 'traffic':
      return 'bits read from and written to memory, then energy × time';
    case 'pareto':
      return 'energy and time: of the Pareto set the mapping with least energy × time of the network';
    default:
      return objective satisfies never;
  }
}

function energyShares({ total: { energy } }: MappingReport): string {
  const share = (part: number): string => percent(part / energy.totalPj, 0);
  return (
    `macros ${share(energy.macroPj)}, buffers ${share(energy.buffersPj)}, memory ${share(energy.memoryPj)}, ` +
    `wires ${share(energy.wiresPj)}, leakage ${share(energy.leakagePj)}`
  );
}

/** Memory, buffers, energy and energy x time of a layer or of all, in base units. */
type Figures = readonly [memory: number, buffers: number, energy: number, edp: number];

function figuresOf({ counts, energy, edpJs }: MappedLayerReport): Figures {
  const bits = counts.buffers.reduce((sum, { readBits, writeBits }) => sum + readBits + writeBits, 0);
  return [counts.memory.readBits + counts.memory.writeBits, bits, energy.totalPj * PJ, edpJs];
}

/** Unit and decimals of a column whose largest layer has four digits. */
function columnFormat(largest: number, base: string): { unit: string; show: (value: number) => string } {
  const { factor, unit } = unitFor(largest, base);
  return { unit, show: (value) => aligned(value / factor, largest / factor) };
}

function layers(report: MappingReport, style: Style): string {
  const { total } = report;
  const figures = report.layers.map(figuresOf);
  const formats = ['bit', 'bit', 'J', 'Js'].map((base, i) =>
    columnFormat(Math.max(0, ...figures.map((layer) => layer[i])), base),
  );
  const shown = (values: Figures): readonly string[] => formats.map(({ show }, i) => show(values[i]));
  const [memory, buffers, energy, edp] = formats.map(({ unit }) => unit);
  const columns: readonly Column[] = [
    { heading: 'layer', align: 'left' },
    { heading: 'mapping', align: 'left' },
    { heading: 'memory', unit: memory, align: 'right' },
    { heading: 'buffers', unit: buffers, align: 'right' },
    { heading: 'cycles', unit: 'k', align: 'right' },
    { heading: 'energy', unit: energy, align: 'right' },
    { heading: 'E × t', unit: edp, align: 'right' },
    { heading: 'use', unit: '%', align: 'right' },
    { heading: 'limit', align: 'left' },
  ];
  const row = (id: string, mapping: string, values: Figures, cycles: number, rest: readonly string[]) => {
    const [memoryText, buffersText, energyText, edpText] = shown(values);
    return [id, mapping, memoryText, buffersText, (cycles / 1e3).toFixed(1), energyText, edpText, ...rest];
  };
  const rows = report.layers.map((layer, i) => {
    const { keeps, utilisation, limitedBy } = layer;
    const stays = [...(keeps.input ? ['input'] : []), ...(keeps.results ? ['results'] : [])];
    const kept = stays.length === 0 ? '' : ` · ${stays.join(' and ')} on chip`;
    const mapping = describeMapping(layer.problem, layer.mapping) + kept;
    const rest = [(100 * utilisation).toFixed(1), limitedBy];
    return row(layer.id, mapping, figures[i], layer.latencyCycles, rest);
  });
  const sums: Figures = [total.memoryBits, total.bufferBits, total.energy.totalPj * PJ, total.edpJs];
  const table = renderTable(columns, [...rows, row('all layers', '', sums, total.latencyCycles, ['', ''])], {
    title: 'Layers',
    totals: 1,
    style,
  });
  return `${table}\n${style('dim', `  ${wrap(LEGEND, 2, 110)}`)}`;
}

function alternatives(search: MappingSearchReport, style: Style): string {
  const chosen = search.alternatives[0];
  const cell = (
    one: AlternativeReport,
    pick: (total: NonNullable<AlternativeReport['total']>) => number,
  ): string[] => {
    if (one.total === null) return ['does not fit', ''];
    const value = pick(one.total);
    const base = chosen.total === null ? 0 : pick(chosen.total);
    return [rough(value, 4), base === 0 || value === 0 ? '' : `${rough(value / base)}×`];
  };
  const rows = search.alternatives.map((one) => [
    one.name === search.bestSingleDataflow ? `${one.title} (best single dataflow)` : one.title,
    ...cell(one, (total) => total.memoryBits / 1e6),
    ...cell(one, (total) => total.bufferBits / 1e6),
    ...cell(one, (total) => total.energyPj / 1e6),
    ...cell(one, (total) => total.latencyCycles / 1e6),
  ]);
  return renderTable(
    [
      { heading: 'all layers', align: 'left' },
      { heading: 'memory', unit: 'Mbit', align: 'right' },
      { heading: '', align: 'right' },
      { heading: 'buffers', unit: 'Mbit', align: 'right' },
      { heading: '', align: 'right' },
      { heading: 'energy', unit: 'µJ', align: 'right' },
      { heading: '', align: 'right' },
      { heading: 'cycles', unit: 'M', align: 'right' },
      { heading: '', align: 'right' },
    ],
    rows,
    { title: 'Alternatives, each with its own best mappings', style },
  );
}

function links(search: MappingSearchReport, style: Style): string {
  const kept = search.links.filter((link) => link.kept);
  const reasons = new Map<string, number>();
  for (const { why } of search.links) if (why !== null) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  const others = [...reasons].map(([why, count]) => `${count} × ${why}`).join('; ');
  const names = kept.map(({ from, to }) => `${from} → ${to}`).join(', ');
  const lines = [
    kept.length === 0 ? 'none' : `${kept.length}: ${names}`,
    ...(others === '' ? [] : [`not: ${others}`]),
  ];
  return [
    style('bold', 'Tensors that stay on chip between layers'),
    ...lines.map((line) => `  ${wrap(line, 2, 110)}`),
  ].join('\n');
}

const MOST_POINTS = 12;

function pareto(search: MappingSearchReport, clockMHz: number, style: Style): string {
  const points = search.pareto ?? [];
  const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  const shown = points.filter((_, i) => i % step === 0 || i === points.length - 1);
  return renderTable(
    [
      { heading: 'energy', unit: 'µJ', align: 'right' },
      { heading: 'time', unit: 'ms', align: 'right' },
    ],
    shown.map(({ energyPj, latencyCycles }) => [
      significant(energyPj / 1e6, 6),
      significant(latencyCycles / clockMHz / 1e3, 6),
    ]),
    {
      title: `Pareto set of the network, ${grouped(points.length)} ${points.length === 1 ? 'point' : 'points'}${step > 1 ? `, every ${step}th shown` : ''}`,
      style,
    },
  );
}

function proof(search: MappingSearchReport, style: Style): string {
  return [style('bold', 'Proof'), `  ${wrap(proofText(search), 2, 110)}`].join('\n');
}

function notes(all: readonly string[], style: Style): string {
  if (all.length === 0) return '';
  return [style('bold', 'To know'), ...all.map((note) => `  • ${wrap(note, 4, 110)}`)].join('\n');
}
