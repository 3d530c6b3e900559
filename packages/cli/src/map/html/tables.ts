import type { MappedLayerReport, MappingReport, MappingSearchReport } from '@tally/core';
import { escapeHtml } from '../../html/escape.ts';
import { grouped, percent, significant, unitFor } from '../../terminal/number.ts';
import { aligned } from '../aligned.ts';

const number = (text: string): string => `<td class="number">${escapeHtml(text)}</td>`;

const bufferBits = ({ counts }: MappedLayerReport): number =>
  counts.buffers.reduce((sum, { readBits, writeBits }) => sum + readBits + writeBits, 0);

/** A column of figures with one unit for all layers and their sum, chosen by the largest layer. */
interface FigureColumn {
  readonly name: string;
  readonly base: string;
  readonly ofLayer: (layer: MappedLayerReport) => number;
  readonly ofAll: (total: MappingReport['total']) => number;
}

const FIGURES: readonly FigureColumn[] = [
  {
    name: 'memory',
    base: 'bit',
    ofLayer: ({ counts }) => counts.memory.readBits + counts.memory.writeBits,
    ofAll: ({ memoryBits }) => memoryBits,
  },
  { name: 'buffers', base: 'bit', ofLayer: bufferBits, ofAll: (total) => total.bufferBits },
  {
    name: 'time',
    base: 's',
    ofLayer: ({ timeNs }) => timeNs * 1e-9,
    ofAll: ({ timeNs }) => timeNs * 1e-9,
  },
  {
    name: 'energy',
    base: 'J',
    ofLayer: ({ energy }) => energy.totalPj * 1e-12,
    ofAll: ({ energy }) => energy.totalPj * 1e-12,
  },
  { name: 'energy × time', base: 'Js', ofLayer: ({ edpJs }) => edpJs, ofAll: ({ edpJs }) => edpJs },
];

/** Every layer in figures, and the sum. */
export function renderMappedLayers({ layers, total }: MappingReport): string {
  const columns = FIGURES.map((column) => {
    const largest = Math.max(...layers.map(column.ofLayer), 1e-15);
    const { factor, unit } = unitFor(largest, column.base);
    return { ...column, unit, show: (value: number) => number(aligned(value / factor, largest / factor)) };
  });
  const head = (name: string, isNumber = true): string =>
    `<th scope="col"${isNumber ? ' class="number"' : ''}>${escapeHtml(name)}</th>`;
  const row = (layer: MappedLayerReport): string =>
    `<tr><th scope="row">${escapeHtml(layer.id)}</th>${number(grouped(layer.counts.macs))}${number(grouped(Math.ceil(layer.latencyCycles)))}` +
    columns.map(({ ofLayer, show }) => show(ofLayer(layer))).join('') +
    `${number(percent(layer.utilisation))}<td>${escapeHtml(layer.limitedBy.replace(/-buffer$/, ' buffer'))}</td></tr>`;
  return `<div class="card"><div class="scroll"><table class="layers"><thead><tr>${head('layer', false)}${head('MACs')}${head('clocks')}${columns.map(({ name, unit }) => head(`${name} (${unit})`)).join('')}${head('entries in use')}${head('limit', false)}</tr></thead><tbody>
${layers.map(row).join('\n')}
</tbody><tfoot><tr><th scope="row">all layers</th>${number(grouped(total.macs))}${number(grouped(Math.ceil(total.latencyCycles)))}${columns
    .map(({ ofAll, show }) => show(ofAll(total)))
    .join('')}<td></td><td></td></tr></tfoot></table></div></div>`;
}

/** Tensors between layers: which stay on chip, and why the others do not. */
export function renderLinks(search: MappingSearchReport | null): string {
  if (search === null || search.links.length === 0) return '';
  return `<div class="card"><div class="scroll"><table><thead><tr><th scope="col">results of</th><th scope="col">next layer</th><th scope="col" class="number">tensor (kbit)</th><th scope="col">stays on chip</th></tr></thead><tbody>
${search.links
  .map(
    ({ from, to, tensorBits, kept, why }) =>
      `<tr><th scope="row">${escapeHtml(from)}</th><td>${escapeHtml(to ?? '–')}</td>${number(significant(tensorBits / 1e3))}<td>${kept ? '<b>yes</b>' : `no: ${escapeHtml(why ?? '')}`}</td></tr>`,
  )
  .join('\n')}
</tbody></table></div></div>`;
}
