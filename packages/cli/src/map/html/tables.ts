import type { MappedLayerReport, MappingReport, MappingSearchReport } from '@tally/core';
import { escapeHtml } from '../../html/escape.ts';
import { grouped, percent, significant } from '../../terminal/number.ts';
import { describeMapping } from '../describe.ts';

const number = (text: string): string => `<td class="number">${escapeHtml(text)}</td>`;

const HEADS: readonly (readonly [name: string, isNumber: boolean])[] = [
  ['layer', false],
  ['MACs', true],
  ['mapping', false],
  ['memory (kbit)', true],
  ['buffers (kbit)', true],
  ['clocks', true],
  ['energy (µJ)', true],
  ['E × t (nJs)', true],
  ['limit', false],
  ['entries in use', true],
];

function row(layer: MappedLayerReport): string {
  const { counts } = layer;
  const bufferBits = counts.buffers.reduce((sum, { readBits, writeBits }) => sum + readBits + writeBits, 0);
  return `<tr><th scope="row">${escapeHtml(layer.id)}</th>${number(grouped(counts.macs))}<td class="mapping"><code>${escapeHtml(describeMapping(layer.problem, layer.mapping))}</code></td>${[
    significant((counts.memory.readBits + counts.memory.writeBits) / 1e3),
    significant(bufferBits / 1e3),
    grouped(Math.ceil(layer.latencyCycles)),
    significant(layer.energy.totalPj / 1e6),
    significant(layer.edpJs * 1e9),
  ]
    .map(number)
    .join('')}<td>${escapeHtml(layer.limitedBy)}</td>${number(percent(layer.utilisation))}</tr>`;
}

/** Every layer in figures, and the sum. */
export function renderMappedLayers({ layers, total }: MappingReport): string {
  return `<div class="card"><div class="scroll"><table class="layers"><thead><tr>${HEADS.map(([name, isNumber]) => `<th scope="col"${isNumber ? ' class="number"' : ''}>${name}</th>`).join('')}</tr></thead><tbody>
${layers.map(row).join('\n')}
</tbody><tfoot><tr><th scope="row">all layers</th>${number(grouped(total.macs))}<td></td>${[
    significant(total.memoryBits / 1e3),
    significant(total.bufferBits / 1e3),
    grouped(Math.ceil(total.latencyCycles)),
    significant(total.energy.totalPj / 1e6),
    significant(total.edpJs * 1e9),
  ]
    .map(number)
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
