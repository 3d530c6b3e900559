import type { AlternativeReport, MappingCost, MappingSearchReport } from '@tally/core';
import { escapeHtml } from '../../html/escape.ts';
import { unitFor } from '../../html/scale.ts';
import { rough } from '../../terminal/number.ts';

/** A figure by which alternatives are compared. */
interface Compared {
  readonly title: string;
  readonly base: string;
  readonly scale: number;
  readonly pick: (cost: MappingCost) => number;
}

const COMPARED: readonly Compared[] = [
  { title: 'Memory traffic', base: 'bit', scale: 1, pick: ({ memoryBits }) => memoryBits },
  { title: 'Buffer traffic', base: 'bit', scale: 1, pick: ({ bufferBits }) => bufferBits },
  { title: 'Energy', base: 'J', scale: 1e-12, pick: ({ energyPj }) => energyPj },
  { title: 'Clocks', base: 'clocks', scale: 1, pick: ({ latencyCycles }) => latencyCycles },
];

/** Shading of a ratio: none at 1, full at 100. */
function heat(ratio: number): string {
  const share = Math.min(1, Math.max(0, Math.log10(ratio) / 2));
  return share < 0.02
    ? ''
    : ` style="background:color-mix(in srgb, var(--c2) ${Math.round(38 * share)}%, transparent)"`;
}

function cell(value: number | null, best: number | null, factor: number): string {
  if (value === null) return '<td class="number none">does not fit</td>';
  if (value === 0) return '<td class="number none">none</td>';
  const ratio = best === null || best === 0 ? null : value / best;
  const same = ratio === null || Math.abs(ratio - 1) < 5e-4;
  return `<td class="number"${ratio === null ? '' : heat(ratio)}>${rough(value / factor)}<small>${same ? '' : `${rough(ratio)}×`}</small></td>`;
}

function table(search: MappingSearchReport, { base, scale, pick }: Compared): string {
  const { alternatives } = search;
  const value = (cost: MappingCost | null): number | null => (cost === null ? null : pick(cost) * scale);
  const known = alternatives[0].layers.map((cost) => value(cost) ?? 0);
  const { factor, unit } = unitFor(Math.max(...known, 1e-15), base);
  const row = (name: string, costs: readonly (MappingCost | null)[]): string => {
    const best = value(costs[0]);
    return `<tr><th scope="row">${escapeHtml(name)}</th>${costs.map((cost) => cell(value(cost), best, factor)).join('')}</tr>`;
  };
  const heading = (one: AlternativeReport): string =>
    `<th scope="col" class="number">${escapeHtml(one.title)}${one.name === search.bestSingleDataflow ? ' <b>(best single)</b>' : ''}</th>`;
  return `<div class="scroll"><table class="layers alternatives"><thead><tr><th scope="col">${escapeHtml(unit)}</th>${alternatives.map(heading).join('')}</tr></thead><tbody>
${search.layers
  .map(({ id }, i) =>
    row(
      id,
      alternatives.map(({ layers }) => layers[i]),
    ),
  )
  .join('\n')}
</tbody><tfoot>${row(
    'all layers',
    alternatives.map(({ total }) => total),
  )}</tfoot></table></div>`;
}

/** Alternatives per layer and in all, a table for each figure; the first stands open. */
export function renderAlternatives(search: MappingSearchReport | null): string {
  if (search === null) return '';
  return COMPARED.map(
    (one, i) =>
      `<details class="card"${i === 0 ? ' open' : ''}><summary>${one.title}</summary>${table(search, one)}</details>`,
  ).join('\n');
}
