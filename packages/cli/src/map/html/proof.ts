import type { MappingSearchReport, SearchProof } from '@tally/core';
import { escapeHtml } from '../../html/escape.ts';
import { grouped } from '../../terminal/number.ts';
import { gapText, proofText, REMOVED } from '../proof-text.ts';

const KEYS: readonly (keyof SearchProof)[] = ['points', ...REMOVED.map(([key]) => key), 'evaluated', 'left'];

function cells(proof: SearchProof): string {
  return KEYS.map((key) => `<td class="number">${grouped(proof[key])}</td>`).join('');
}

/** Why there is nothing better: the proof line, and its numbers per layer. */
export function renderProof(search: MappingSearchReport | null): string {
  if (search === null) return '';
  const heads = ['mappings', ...REMOVED.map(([, text]) => text), 'evaluated', 'left'];
  return `<div class="card"><p class="proof">${escapeHtml(proofText(search))}</p>
<details><summary>Per layer</summary><div class="scroll"><table class="layers"><thead><tr><th scope="col">layer</th>${heads.map((head) => `<th scope="col" class="number">${escapeHtml(head)}</th>`).join('')}<th scope="col" class="number">gap</th></tr></thead><tbody>
${search.layers
  .map(
    ({ id, proof, gap }) =>
      `<tr><th scope="row">${escapeHtml(id)}</th>${cells(proof)}<td class="number">${proof.left === 0 ? 'proven' : gap === null ? 'unknown' : gapText(gap)}</td></tr>`,
  )
  .join('\n')}
</tbody></table></div></details></div>`;
}
