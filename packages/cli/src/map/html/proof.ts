import type { MappingSearchReport, SearchProof } from '@tally/core';
import { escapeHtml } from '../../html/escape.ts';
import { grouped } from '../../terminal/number.ts';
import { gapText, proofText, REMOVED, type SearchedProof } from '../proof-text.ts';

const KEYS: readonly (keyof SearchProof)[] = ['points', ...REMOVED.map(([key]) => key), 'evaluated', 'left'];

const number = (text: string): string => `<td class="number">${text}</td>`;

function cells(proof: SearchProof, gap: number | null): string {
  const verdict = proof.left === 0 ? 'proven' : gap === null ? 'unknown' : gapText(gap);
  return KEYS.map((key) => number(grouped(proof[key]))).join('') + number(verdict);
}

function keptText({ input, results }: MappingSearchReport['searches'][number]['keeps']): string {
  if (input && results) return 'input and results';
  return input ? 'input' : results ? 'results' : 'nothing';
}

/** Why there is nothing better: the proof line, and what it is the sum of: a row for every space that was searched. */
export function renderProof(search: SearchedProof | null): string {
  if (search === null) return '';
  const heads = ['mappings', ...REMOVED.map(([, text]) => text), 'evaluated', 'left', 'gap'];
  return `<div class="card"><p class="proof">${escapeHtml(proofText(search))}</p>
<details><summary>Per layer and what it keeps on chip</summary><div class="scroll"><table class="layers"><thead><tr><th scope="col">layer</th><th scope="col">keeps</th>${heads.map((head) => `<th scope="col" class="number">${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>
${search.searches
  .map(
    ({ layers, keeps, proof, gap }) =>
      `<tr><th scope="row">${escapeHtml(layers.join(', '))}</th><td>${keptText(keeps)}</td>${cells(proof, gap)}</tr>`,
  )
  .join('\n')}
</tbody><tfoot><tr><th scope="row">all</th><td></td>${cells(search.proof, search.gap)}</tr></tfoot></table></div></details></div>`;
}
